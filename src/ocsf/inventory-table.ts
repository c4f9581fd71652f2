/** The words in which an inventory stream says what its records mean, and where each lands: data only. */

/** Kinds of inventory with the OCSF class of their events, and what the record is when it does not say. */
export const INVENTORY_KINDS = {
  accounts: { classUid: 5003, type: undefined },
  groups: { classUid: 5023, type: 'Group' },
  roles: { classUid: 5023, type: 'Role' },
  grants: { classUid: 5023, type: 'Grant' },
  tokens: { classUid: 5023, type: 'API Token' },
  resources: { classUid: 5023, type: 'Resource' },
  // 5002 Device Config State is deprecated and 5019 is about devices: a setting is a resource like others.
  settings: { classUid: 5023, type: 'Setting' },
} as const

export type InventoryKind = keyof typeof INVENTORY_KINDS

const ACCOUNT_WORDS: Readonly<Record<string, string>> = {
  uid: 'user.uid',
  name: 'user.name',
  email: 'user.email_addr',
  displayName: 'user.display_name',
  fullName: 'user.full_name',
  firstName: 'user.ldap_person.given_name',
  lastName: 'user.ldap_person.surname',
  type: 'user.type_id',
  domain: 'user.domain',
  org: 'user.org.name',
  altUid: 'user.uid_alt',
  employeeId: 'user.ldap_person.employee_uid',
  phone: 'user.phone_number',
  forwardTo: 'user.forward_addr',
  mfa: 'user.has_mfa',
  lastLogin: 'user.ldap_person.last_login_time',
  createdAt: 'user.ldap_person.created_time',
  modifiedAt: 'user.ldap_person.modified_time',
  deletedAt: 'user.ldap_person.deleted_time',
  hiredAt: 'user.ldap_person.hire_time',
  leftAt: 'user.ldap_person.leave_time',
  title: 'user.ldap_person.job_title',
  department: 'user.ldap_person.department',
  costCenter: 'user.ldap_person.cost_center',
  office: 'user.ldap_person.office_location',
  manager: 'user.ldap_person.manager.name',
  groups: 'user.groups',
  roles: 'user.groups',
  status: 'user.account.labels',
  admin: 'user.type_id',
}

/** Facts without an attribute of their own are members of the resource's free `data`. */
const RESOURCE_DATA = [
  ...[
    'email',
    'url',
    'description',
    'status',
    'enabled',
    'visibility',
    'value',
    'expiresAt',
    'lastUsed',
    'scopes',
  ],
  ...['permissions', 'members', 'memberCount', 'admin', 'privileged', 'external', 'verified', 'publisher'],
  ...['account', 'accountEmail', 'app', 'appName', 'role', 'group', 'consent', 'mfa'],
]

const RESOURCE_WORDS: Readonly<Record<string, string>> = {
  uid: 'resources[0].uid',
  name: 'resources[0].name',
  type: 'resources[0].type',
  owner: 'resources[0].owner.name',
  ownerUid: 'resources[0].owner.uid',
  ownerEmail: 'resources[0].owner.email_addr',
  version: 'resources[0].version',
  labels: 'resources[0].labels',
  namespace: 'resources[0].namespace',
  region: 'resources[0].region',
  createdAt: 'resources[0].created_time',
  modifiedAt: 'resources[0].modified_time',
  ...Object.fromEntries(RESOURCE_DATA.map((word) => [word, `resources[0].data.${word}`])),
  data: 'resources[0].data',
}

export function inventoryTable(kind: InventoryKind): Readonly<Record<string, string>> {
  return kind === 'accounts' ? ACCOUNT_WORDS : RESOURCE_WORDS
}

/** What apps call the five states of an account. */
export const ACCOUNT_STATUS: Readonly<Record<string, readonly string[]>> = {
  active: ['enabled', 'on', 'provisioned', 'normal', 'confirmed', 'true'],
  suspended: ['disabled', 'inactive', 'deactivated', 'blocked', 'off', 'archived', 'false'],
  invited: ['pending', 'staged', 'unconfirmed', 'awaitingactivation'],
  locked: ['lockedout'],
  deleted: ['deprovisioned', 'removed', 'terminated'],
}
