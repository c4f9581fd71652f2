import { capital, inWords } from '../../parts/names.ts'
import { formatTime } from '../../parts/time.ts'

/** What an inventory event says of its thing, as lines to read: `Sharing, public links` and `allowed`. */
export type Fact = { readonly label: string; readonly value: string }

/** Said elsewhere on the page. */
const KNOWN = new Set(['uid', 'name', 'email_addr', 'type_id', 'has_mfa', 'account', 'last_login_time_dt'])
/** Boxes that say nothing of what is in them. */
const BOXES = new Set(['data', 'ldap_person'])

/** @param said values that stand elsewhere on the page already */
export function factsOf(
  event: Readonly<Record<string, unknown>>,
  said: readonly (string | undefined)[],
): readonly Fact[] {
  const resources = event['resources']
  const thing = event['user'] ?? (Array.isArray(resources) ? resources[0] : undefined)
  const isNew = ({ value }: Fact): boolean => !said.includes(value)
  const mapped = leaves(thing, []).filter(isNew)
  const rest = leaves(event['unmapped'], []).filter(isNew)
  return [...mapped, ...rest.filter((fact) => !isOneOf(fact, mapped))]
}

/** What was mapped stands among what was not, too, by the app's own name; a short value may mean something else. */
const isOneOf = ({ value }: Fact, mapped: readonly Fact[]): boolean =>
  value.length > 8 && mapped.some((fact) => fact.value === value)

function leaves(value: unknown, path: readonly string[]): Fact[] {
  if (value === undefined || value === null) return []
  if (Array.isArray(value)) return fact(path, value.map(worded).join(', '))
  if (typeof value !== 'object') return fact(path, worded(value))
  const entries = Object.entries(value)
  const names = new Set(entries.map(([name]) => name))
  // A time stands there twice, as a number and as text: the text is read.
  return entries
    .filter(([name]) => !names.has(`${name}_dt`))
    .flatMap(([name, part]) => leaves(part, BOXES.has(name) ? path : [...path, name]))
}

function fact(path: readonly string[], value: string): Fact[] {
  const isKnown = path.length <= 2 && KNOWN.has(path[0] ?? '')
  return isKnown || value === '' ? [] : [{ label: labelOf(path), value }]
}

const MOMENT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/

function worded(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'object' && value !== null)
    return 'name' in value ? String(value.name) : JSON.stringify(value)
  const text = String(value)
  return MOMENT.test(text) ? formatTime(text) : text
}

/** `two_factor.required_for` as people would write it. */
const labelOf = (path: readonly string[]): string =>
  capital(path.map((name) => inWords(name.replace(/_dt$/, ''))).join(', '))
