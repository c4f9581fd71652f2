import { nearest } from '../lib/nearest.ts'
import { attributeAt } from './attribute-at.ts'
import { parseAttributePath } from './attribute-path.ts'
import { coercionOf } from './coerce.ts'
import { ACCOUNT_STATUS, INVENTORY_KINDS, type InventoryKind, inventoryTable } from './inventory-table.ts'
import { type EventHead, type EventOrigin, startEvent } from './start-event.ts'
import type { Landing } from './vocabulary.ts'
import { plainWord } from './words.ts'
import { attributeWriter, type OcsfEvent, type Writer } from './write.ts'

/** The words that streams of a kind may use in `as`. */
export function inventoryWords(kind: InventoryKind): readonly string[] {
  return Object.keys(inventoryTable(kind))
}

/** Where a word of an inventory stream lands; `undefined` when the kind has no such word. */
export function inventoryLanding(kind: InventoryKind, word: string): Landing | undefined {
  const table = inventoryTable(kind)
  const path = Object.hasOwn(table, word) ? parseAttributePath(table[word]!) : undefined
  const attribute = path && attributeAt(INVENTORY_KINDS[kind].classUid, path).attribute
  return attribute && { path, attribute }
}

/** What to say about a word that the kind does not have. */
export function inventoryProblem(kind: InventoryKind, word: string): string {
  const words = inventoryWords(kind)
  const meant = nearest(word, words)
  const hint = meant === undefined ? `it has ${words.join(', ')}` : `did you mean "${meant}"?`
  return `${kind} have no "${word}"; ${hint}`
}

/**
 * The writer of a word, as `attributeWriter` makes them.
 *
 * Some words of accounts mean more than one attribute: `status`, `admin`, `roles`. Their writers may be called in any
 * order with the others.
 *
 * @throws {Error} when the kind has no such word: manifests are checked with `inventoryLanding` before.
 */
export function inventoryWriter(kind: InventoryKind, word: string): Writer {
  const special = kind === 'accounts' ? ACCOUNT_WRITERS[word] : undefined
  if (special !== undefined) return special
  const landing = inventoryLanding(kind, word)
  if (landing === undefined) throw new Error(inventoryProblem(kind, word))
  return attributeWriter(INVENTORY_KINDS[kind].classUid, landing.path)
}

/** A new event for one record of an inventory stream; its time is when it was read. */
export function startInventory(
  origin: EventOrigin,
  kind: InventoryKind,
  head: Omit<EventHead, 'classUid' | 'activity' | 'action'>,
): OcsfEvent {
  const { classUid, type } = INVENTORY_KINDS[kind]
  const event = startEvent(origin, { ...head, classUid, activity: { id: 2, name: 'Collect' } })
  return type === undefined ? event : { ...event, resources: [{ type }] }
}

const accounts = INVENTORY_KINDS.accounts.classUid
const writerAt = (path: string): Writer => attributeWriter(accounts, parseAttributePath(path)!)

/** Made on first use: building the class takes a millisecond, and not every run has accounts. */
const lazily = (make: () => Writer): Writer => {
  let made: Writer | undefined
  return (event, value) => {
    made ??= make()
    return made(event, value)
  }
}

const ACCOUNT_WRITERS: Readonly<Record<string, Writer>> = {
  status: writeStatus,
  admin: writeAdmin,
  type: lazily(() => {
    const write = writerAt('user.type_id')
    return (event, value) => {
      const wasAdmin = userOf(event)?.['type_id'] === ADMIN
      const written = write(event, value)
      if (wasAdmin && userOf(event)?.['type_id'] === USER) return write(event, ADMIN)
      return written
    }
  }),
  groups: lazily(() => appendGroups(undefined)),
  roles: lazily(() => appendGroups('Role')),
  /** Named by whatever the app gives; an address is one as well. */
  manager: lazily(() => {
    const [email, name] = [
      writerAt('user.ldap_person.manager.email_addr'),
      writerAt('user.ldap_person.manager.name'),
    ]
    return (event, value) => {
      email(event, value)
      return name(event, value)
    }
  }),
}

const USER = 1
const ADMIN = 2

const userOf = (event: OcsfEvent): Record<string, unknown> | undefined =>
  event['user'] as Record<string, unknown> | undefined

const statusByWord = new Map(
  Object.entries(ACCOUNT_STATUS).flatMap(([status, words]) =>
    [status, ...words].map((word) => [word, status]),
  ),
)

/** The state of an account in one of our five words, or `undefined` when the app's word is none that we know. */
export function accountStatus(value: unknown): string | undefined {
  return statusByWord.get(plainWord(String(coercionOf('string_t')(value) ?? '')))
}

/** OCSF has two flags; the word itself is kept as a label of the account. */
function writeStatus(event: OcsfEvent, value: unknown): boolean {
  if (value === undefined || value === null) return true
  const status = accountStatus(value)
  if (status === undefined) return false
  const user = ensure(event, 'user')
  Object.assign(ensure(user, 'account'), {
    labels: [`status:${status}`],
    is_disabled: status === 'suspended' || status === 'deleted',
    is_locked: status === 'locked',
  })
  return true
}

/** An administrator is a type of user, unless the account is one of a program or of another kind. */
function writeAdmin(event: OcsfEvent, value: unknown): boolean {
  if (value === undefined || value === null) return true
  const isAdmin = coercionOf('boolean_t')(value)
  if (isAdmin === undefined) return false
  const user = ensure(event, 'user')
  const type = user['type_id'] ?? USER
  if (isAdmin === true && type === USER) user['type_id'] = ADMIN
  return true
}

/** Groups and roles share one list, where the type tells them apart. */
function appendGroups(type: string | undefined): Writer {
  const write = writerAt('user.groups')
  return (event, value) => {
    const before = (userOf(event)?.['groups'] ?? []) as readonly unknown[]
    if (value === undefined || value === null || !write(event, value))
      return value === undefined || value === null
    const user = ensure(event, 'user')
    const added = (user['groups'] as readonly object[]).map((group) =>
      type === undefined ? group : { type, ...group },
    )
    user['groups'] = [...before, ...added]
    return true
  }
}

function ensure(object: Record<string, unknown>, key: string): Record<string, unknown> {
  const known = object[key]
  if (typeof known === 'object' && known !== null) return known as Record<string, unknown>
  const made = {}
  object[key] = made
  return made
}
