import type { OcsfEvent } from '../model/event.ts'
import type { InventoryItem } from '../store/postgres/inventory-rows.ts'

type Plain = Readonly<Record<string, unknown>>

/** The searchable part of an inventory event. Absent is not known, never false. */
export function inventoryItem(event: OcsfEvent): InventoryItem {
  const metadata = plain(event['metadata'])
  const user = event['user']
  const facts = user === undefined ? resourceFacts(first(event['resources'])) : accountFacts(plain(user))
  return {
    key: text(metadata['original_event_uid']) ?? facts.uid ?? '',
    ...facts,
    event,
  }
}

type Facts = Omit<InventoryItem, 'key' | 'event'>

function accountFacts(user: Plain): Facts {
  const { account, ldap_person: person } = user
  const labels = plain(account)['labels']
  const status = Array.isArray(labels)
    ? labels.map(String).find((label) => label.startsWith(STATUS))
    : undefined
  return {
    uid: text(user['uid']),
    name: text(user['display_name']) ?? text(user['full_name']) ?? text(user['name']),
    email: text(user['email_addr']),
    status: status?.slice(STATUS.length) ?? null,
    type: text(user['type']),
    is_admin: user['type_id'] === undefined ? null : user['type_id'] === ADMIN,
    has_mfa: flag(user['has_mfa']),
    last_login_at: moment(plain(person)['last_login_time']),
  }
}

const STATUS = 'status:'
/** OCSF user.type_id. */
const ADMIN = 2

function resourceFacts(resource: Plain): Facts {
  const data = plain(resource['data'])
  return {
    uid: text(resource['uid']),
    name: text(resource['name']),
    email: text(data['email']) ?? text(data['accountEmail']) ?? text(plain(resource['owner'])['email_addr']),
    status: text(data['status']),
    type: text(resource['type']),
    is_admin: flag(data['admin'] ?? data['privileged']),
    has_mfa: flag(data['mfa']),
    last_login_at: null,
  }
}

const plain = (value: unknown): Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Plain) : {}
const first = (value: unknown): Plain => plain(Array.isArray(value) ? value[0] : undefined)
const text = (value: unknown): string | null =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : null
const flag = (value: unknown): boolean | null => (typeof value === 'boolean' ? value : null)
const moment = (value: unknown): Date | null => (typeof value === 'number' ? new Date(value) : null)
