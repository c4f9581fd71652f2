/**
 * The short words that a mapping may use, and where they land: data only, read by `vocabulary.ts`.
 *
 * A group has one root path in each class; what follows the root is the layout of the object found there. A word
 * whose object has no attribute for it lands in the object's free `data`, and where there is none, in `unmapped`.
 */

/** Every group of words, and the words in it. Groups without words are values of their own. */
export const GROUPS = {
  time: [],
  uid: [],
  message: [],
  reason: [],
  privileges: [],
  actor: [
    ...['uid', 'name', 'email', 'type', 'displayName', 'fullName', 'domain', 'org', 'mfa', 'altUid'],
    ...['app', 'appUid', 'idp'],
  ],
  target: [
    ...['uid', 'name', 'email', 'type', 'displayName', 'fullName', 'domain', 'org', 'mfa', 'altUid', 'phone'],
    ...['forwardTo', 'title', 'department', 'manager'],
  ],
  source: [
    ...[
      'ip',
      'hostname',
      'port',
      'name',
      'userAgent',
      'requestId',
      'method',
      'url',
      'referrer',
      'forwardedFor',
    ],
    ...['country', 'region', 'city', 'latitude', 'longitude', 'asn', 'asnName', 'isp'],
  ],
  session: [
    'uid',
    'issuer',
    'createdAt',
    'expiresAt',
    'endReason',
    'mfa',
    'remote',
    'credentialUid',
    'protocol',
    'type',
  ],
  resource: [
    ...[
      'uid',
      'name',
      'type',
      'url',
      'path',
      'description',
      'owner',
      'ownerUid',
      'ownerEmail',
      'version',
      'size',
    ],
    ...['visibility', 'createdAt', 'modifiedAt', 'expiresAt', 'labels', 'scopes', 'query', 'table'],
  ],
  app: [
    'uid',
    'name',
    'type',
    'vendor',
    'version',
    'url',
    'description',
    'owner',
    'ownerUid',
    'ownerEmail',
    'scopes',
  ],
  group: ['uid', 'name', 'type', 'description'],
  device: [
    ...['uid', 'name', 'hostname', 'ip', 'mac', 'type', 'os', 'osVersion', 'model', 'vendor'],
    ...['managed', 'trusted', 'compliant'],
  ],
  service: ['uid', 'name', 'version'],
  factor: ['type', 'provider', 'email', 'phone'],
  changes: ['before', 'after'],
} as const satisfies Record<string, readonly string[]>

export type GroupName = keyof typeof GROUPS

/** Below an object of the schema: the word and the path that follows. */
export const LAYOUTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  user: {
    ...{ uid: 'uid', name: 'name', email: 'email_addr', type: 'type_id', displayName: 'display_name' },
    ...{ fullName: 'full_name', domain: 'domain', org: 'org.name', mfa: 'has_mfa', altUid: 'uid_alt' },
    ...{ phone: 'phone_number', forwardTo: 'forward_addr', title: 'ldap_person.job_title' },
    ...{ department: 'ldap_person.department', manager: 'ldap_person.manager.name' },
  },
  session: {
    ...{
      uid: 'uid',
      issuer: 'issuer',
      createdAt: 'created_time',
      expiresAt: 'expiration_time',
      mfa: 'is_mfa',
    },
    ...{ endReason: 'expiration_reason', remote: 'is_remote', credentialUid: 'credential_uid' },
  },
  file: {
    ...{
      uid: 'uid',
      name: 'name',
      type: 'type_id',
      url: 'url.url_string',
      path: 'path',
      description: 'desc',
    },
    ...{ owner: 'owner.name', ownerUid: 'owner.uid', ownerEmail: 'owner.email_addr', version: 'version' },
    ...{ size: 'size', createdAt: 'created_time', modifiedAt: 'modified_time' },
  },
  web_resource: {
    ...{ uid: 'uid', name: 'name', type: 'type', url: 'url_string', description: 'desc', labels: 'labels' },
    ...{ createdAt: 'created_time', modifiedAt: 'modified_time' },
  },
  resource_details: {
    ...{ uid: 'uid', name: 'name', type: 'type', version: 'version', labels: 'labels' },
    ...{
      owner: 'owner.name',
      ownerUid: 'owner.uid',
      ownerEmail: 'owner.email_addr',
      email: 'owner.email_addr',
    },
    ...{ createdAt: 'created_time', modifiedAt: 'modified_time' },
  },
  managed_entity: {
    ...{ uid: 'uid', name: 'name', type: 'type_id', version: 'version' },
    ...{ owner: 'user.name', ownerUid: 'user.uid', ownerEmail: 'user.email_addr' },
  },
  database: {
    ...{ uid: 'uid', name: 'name', type: 'type_id', description: 'desc', size: 'size' },
    ...{ createdAt: 'created_time', modifiedAt: 'modified_time' },
  },
  application: {
    ...{
      uid: 'uid',
      name: 'name',
      type: 'type',
      version: 'version',
      url: 'url.url_string',
      description: 'desc',
    },
    ...{ owner: 'owner.name', ownerUid: 'owner.uid', ownerEmail: 'owner.email_addr' },
  },
  product: { uid: 'uid', name: 'name', vendor: 'vendor_name', version: 'version', url: 'url_string' },
  email: { uid: 'uid', name: 'subject', size: 'size' },
  group: { uid: 'uid', name: 'name', type: 'type', description: 'desc' },
  service: { uid: 'uid', name: 'name', version: 'version' },
  device: {
    ...{
      uid: 'uid',
      name: 'name',
      hostname: 'hostname',
      ip: 'ip',
      mac: 'mac',
      type: 'type_id',
      os: 'os.name',
    },
    ...{ osVersion: 'os.version', model: 'model', vendor: 'vendor_name', managed: 'is_managed' },
    ...{ trusted: 'is_trusted', compliant: 'is_compliant' },
  },
  auth_factor: { type: 'factor_type_id', provider: 'provider', email: 'email_addr', phone: 'phone_number' },
  network_endpoint: {
    ...{ ip: 'ip', hostname: 'hostname', port: 'port', name: 'name', country: 'location.country' },
    ...{
      region: 'location.region',
      city: 'location.city',
      latitude: 'location.lat',
      longitude: 'location.long',
    },
    ...{ asn: 'autonomous_system.number', asnName: 'autonomous_system.name', isp: 'isp' },
  },
}

/** Words that do not follow their group's root: from the event itself, in every class that has the path. */
export const FIXED: Readonly<Record<string, string>> = {
  time: 'time',
  uid: 'metadata.original_event_uid',
  message: 'message',
  reason: 'status_detail',
  'actor.app': 'actor.app_name',
  'actor.appUid': 'actor.app_uid',
  'actor.idp': 'actor.idp.name',
  'source.userAgent': 'http_request.user_agent',
  'source.requestId': 'http_request.uid',
  'source.method': 'http_request.http_method',
  'source.url': 'http_request.url.url_string',
  'source.referrer': 'http_request.referrer',
  'source.forwardedFor': 'http_request.x_forwarded_for',
}

type Roots = Partial<Readonly<Record<GroupName, string>>>

/** Where a group is rooted when the class does not say otherwise. A root that the class lacks is no root. */
export const COMMON_ROOTS: Roots = {
  actor: 'actor.user',
  source: 'src_endpoint',
  session: 'actor.session',
  device: 'device',
  service: 'api.service',
  factor: 'auth_factors[0]',
}

/** Several groups in one list of resources: a place for each, so that none overwrites another. */
const IN_RESOURCES: Roots = {
  resource: 'resources[0]',
  app: 'resources[1]',
  group: 'resources[2]',
  target: 'resources[3]',
}
const IN_EVIDENCE: Roots = {
  ...IN_RESOURCES,
  target: 'evidences[0].user',
  source: 'evidences[0].src_endpoint',
}
const EVIDENCE_REQUEST = {
  'source.userAgent': 'evidences[0].http_request.user_agent',
  'source.requestId': 'evidences[0].http_request.uid',
  'source.url': 'evidences[0].url.url_string',
}

type ClassWords = {
  readonly roots: Roots
  /** Words whose place in this class is neither common nor below the group's root. */
  readonly words?: Readonly<Record<string, string>>
}

/** By class uid: where the groups are rooted, and the words that are special there. */
export const CLASS_WORDS: Readonly<Record<number, ClassWords>> = {
  2004: { roots: IN_EVIDENCE, words: EVIDENCE_REQUEST },
  2006: { roots: IN_RESOURCES },
  2007: { roots: { ...IN_RESOURCES, app: 'application' } },
  2008: { roots: { ...IN_RESOURCES, target: 'user' } },
  3001: { roots: { target: 'user', group: 'user.groups[0]' } },
  3002: {
    roots: { target: 'user', session: 'session', service: 'service', app: 'service' },
    words: {
      'session.mfa': 'is_mfa',
      'session.remote': 'is_remote',
      'session.protocol': 'auth_protocol_id',
      'session.type': 'logon_type_id',
    },
  },
  // Its constraint allows privileges or a group, never both: privileges win, the group is then in `unmapped`.
  3003: {
    roots: { target: 'user', session: 'session', group: 'group' },
    words: { privileges: 'privileges' },
  },
  3004: {
    roots: {
      target: 'entity.user',
      resource: 'entity',
      app: 'entity',
      group: 'entity.group',
      device: 'entity.device',
    },
    words: {
      privileges: 'entity.data.privileges',
      'changes.before': 'entity.data.value',
      'changes.after': 'entity_result.data.value',
    },
  },
  3005: {
    roots: { target: 'user', resource: 'resources[0]', app: 'resources[1]', group: 'resources[2]' },
    words: { privileges: 'privileges' },
  },
  3006: {
    roots: { target: 'user', group: 'group', resource: 'resource' },
    words: { privileges: 'privileges' },
  },
  4009: {
    roots: { resource: 'email' },
    words: { 'target.email': 'email.to[0]', 'resource.path': 'email.message_uid' },
  },
  5003: { roots: { target: 'user' } },
  5023: { roots: IN_RESOURCES },
  6001: {
    roots: { resource: 'web_resources[0]', app: 'web_resources[1]', group: 'web_resources[2]' },
    words: {
      privileges: 'web_resources[0].data.privileges',
      'changes.before': 'web_resources[0].data.value',
      'changes.after': 'web_resources_result[0].data.value',
    },
  },
  6002: { roots: { app: 'app', resource: 'app', source: 'device' } },
  6003: {
    roots: IN_RESOURCES,
    words: {
      privileges: 'resources[0].data.privileges',
      'changes.before': 'resources[0].data.before',
      'changes.after': 'resources[0].data.after',
    },
  },
  6005: {
    roots: { resource: 'database' },
    words: { 'resource.table': 'table.name', 'resource.query': 'query_info.query_string' },
  },
  6006: {
    roots: { resource: 'file' },
    words: {
      privileges: 'access_list',
      'resource.visibility': 'share',
      'resource.expiresAt': 'expiration_time',
    },
  },
  6008: { roots: {} },
}
