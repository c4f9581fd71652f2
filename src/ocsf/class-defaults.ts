/**
 * What an event says where the app said nothing, so that it meets what its class requires: data only, in order.
 *
 * Filled are facts that we know (the app's name, the app's name of the event) and things that follow from the rest of
 * the event (who signed in is who acted). What nobody knows is `Unknown`, the word of OCSF for it.
 */
export type Default = {
  readonly put: string
  /** The first that gives a value. */
  readonly from: readonly Source[]
  /** Only when none of these is present; the attribute itself when absent. */
  readonly unless?: readonly string[]
  /** Only when all of these are present. */
  readonly when?: readonly string[]
}
export type Source =
  | { readonly copy: string }
  | { readonly fact: Fact }
  | { readonly value: unknown }
  /** An object of those parts that have a value, with the constants; nothing when no part has one. */
  | {
      readonly parts: Readonly<Record<string, string>>
      readonly constants: Readonly<Record<string, unknown>>
    }

/**
 * Facts about the event: the app's name; the app's name of the event, else the activity; the app's id of the event, else
 * ours; what kind of thing the action is done to.
 */
export type Fact = 'appName' | 'eventName' | 'originalUid' | 'resourceType'

/** The name of what nobody knows. */
export const UNKNOWN = 'Unknown'

const somebody = { value: { name: UNKNOWN, type_id: 0 } }
const appName = { fact: 'appName' } as const
const eventName = { fact: 'eventName' } as const
const resourceType = { fact: 'resourceType' } as const

/** For every class. */
const EVERY: readonly Default[] = [
  { put: 'severity_id', from: [{ value: 1 }] },
  { put: 'api.operation', when: ['api'], from: [eventName] },
  {
    put: 'actor.user',
    when: ['actor'],
    unless: ['actor.user', 'actor.app_name', 'actor.app_uid', 'actor.session', 'actor.process'],
    from: [somebody],
  },
]

const ACTOR: Default = { put: 'actor.user', unless: ['actor'], from: [somebody] }
/** Without an address, the event came through the app itself. */
const SOURCE: Default = { put: 'src_endpoint.svc_name', unless: ['src_endpoint'], from: [appName] }
/** Users act on themselves, unless the app names somebody else. */
const SELF: Default = { put: 'user', from: [{ copy: 'actor.user' }, somebody] }

const RESOURCES: readonly Default[] = [
  { put: 'resources[0].type', when: ['resources[0]'], from: [resourceType] },
  { put: 'resources[1].type', when: ['resources[1]'], from: [{ value: 'OAuth App' }] },
  { put: 'resources[2].type', when: ['resources[2]'], from: [{ value: 'Group' }] },
  { put: 'resources[3].type', when: ['resources[3]'], from: [{ value: 'User' }] },
  { put: 'resources[3].name', when: ['resources[3]'], from: [{ copy: 'resources[3].owner.email_addr' }] },
]
const FINDING: readonly Default[] = [
  ...RESOURCES,
  { put: 'finding_info.uid', from: [{ fact: 'originalUid' }] },
  { put: 'finding_info.title', from: [{ copy: 'message' }, eventName] },
]

/** What the state after a change shares with the state before. */
const same = (after: string, before: string, names: readonly string[]): readonly Default[] =>
  names.map((name) => ({ put: `${after}.${name}`, when: [after], from: [{ copy: `${before}.${name}` }] }))

const IDENTIFIED = [
  'entity.name',
  'entity.uid',
  'entity.device',
  'entity.email',
  'entity.group',
  'entity.org',
]

/** What counts as evidence: a request alone does not. */
const EVIDENCE = ['actor', 'src_endpoint', 'user', 'url', 'data'].map((name) => `evidences[0].${name}`)

const BY_CLASS: Readonly<Record<number, readonly Default[]>> = {
  2004: [
    ...FINDING,
    { put: 'is_alert', from: [{ value: true }] },
    { put: 'evidences[0].actor', when: ['evidences[0]'], unless: EVIDENCE, from: [{ copy: 'actor' }] },
    { put: 'evidences[0].data', when: ['evidences[0]'], unless: EVIDENCE, from: [eventName] },
  ],
  2006: FINDING,
  2007: FINDING,
  2008: FINDING,
  3001: [SELF, ...same('user_result', 'user', ['uid', 'name'])],
  3002: [SELF, { put: 'service.name', unless: ['service', 'dst_endpoint'], from: [appName] }],
  3003: [SELF, { put: 'privileges', unless: ['privileges', 'group'], from: [{ value: [UNKNOWN] }] }],
  3004: [
    { put: 'entity.type_id', when: ['entity.device'], from: [{ value: 'Device' }] },
    { put: 'entity.type_id', from: [resourceType] },
    {
      put: 'entity.name',
      unless: [...IDENTIFIED, 'entity.policy', 'entity.user'],
      from: [{ copy: 'entity.type' }, resourceType, eventName],
    },
    ...same('entity_result', 'entity', ['uid', 'name', 'type_id', 'type']),
  ],
  3005: [
    ...RESOURCES.slice(0, 3),
    {
      put: 'user',
      from: [
        { parts: { uid: 'resources[1].uid', name: 'resources[1].name' }, constants: { type_id: 4 } },
        somebody,
      ],
    },
    { put: 'privileges', from: [{ value: [UNKNOWN] }] },
  ],
  3006: [
    { put: 'group.name', unless: ['group'], from: [{ value: UNKNOWN }] },
    { put: 'resource.type', when: ['resource'], from: [resourceType] },
  ],
  4009: [
    { put: 'email.from', unless: ['email.from', 'email.to'], from: [{ copy: 'actor.user.email_addr' }] },
  ],
  5003: [{ put: 'user', from: [somebody] }],
  5023: RESOURCES,
  6001: [
    {
      put: 'web_resources[0].name',
      unless: ['web_resources[0].name', 'web_resources[0].uid', 'web_resources[1]', 'web_resources[2]'],
      from: [
        { copy: 'web_resources[0].url_string' },
        { copy: 'web_resources[0].type' },
        resourceType,
        appName,
      ],
    },
    { put: 'web_resources[0].type', when: ['web_resources[0]'], from: [resourceType] },
    { put: 'web_resources[1].type', when: ['web_resources[1]'], from: [{ value: 'OAuth App' }] },
    { put: 'web_resources[2].type', when: ['web_resources[2]'], from: [{ value: 'Group' }] },
    ...same('web_resources_result[0]', 'web_resources[0]', ['uid', 'name', 'type']),
  ],
  6002: [{ put: 'app.name', unless: ['app.name', 'app.uid'], from: [{ value: UNKNOWN }] }],
  6003: [ACTOR, SOURCE, { put: 'api.operation', from: [eventName] }, ...RESOURCES],
  6005: [
    ACTOR,
    SOURCE,
    { put: 'database.name', unless: ['database', 'databucket', 'table'], from: [appName] },
    {
      put: 'query_info.uid',
      when: ['query_info'],
      unless: ['query_info.uid', 'query_info.name'],
      from: [{ fact: 'originalUid' }],
    },
  ],
  6006: [
    ACTOR,
    SOURCE,
    { put: 'file.name', from: [{ copy: 'file.path' }, { copy: 'file.uid' }, { value: UNKNOWN }] },
    ...same('file_result', 'file', ['uid', 'name', 'type_id', 'type']),
  ],
}

/** In the order in which they apply. */
export function classDefaults(classUid: number): readonly Default[] {
  return [...EVERY, ...(BY_CLASS[classUid] ?? [])]
}
