import { actionByVerb, actionOf } from './actions.ts'
import { UNKNOWN } from './class-defaults.ts'
import { isCountryCode } from './country.ts'
import type { OcsfProblem } from './problem.ts'
import { findSecret } from './secret-patterns.ts'
import { timestampMs } from './timestamp.ts'
import { type Occurrence, valuesAt, walkEvent } from './walk-event.ts'

type Event = Readonly<Record<string, unknown>>
type Finding = Omit<OcsfProblem, 'level'> & { readonly level?: OcsfProblem['level'] }

/**
 * Finds what a valid event can still get wrong, because the schema cannot see it.
 *
 * @param nowMs the current time, Unix milliseconds, from the clock: an event is not from the future.
 */
export function lintEvent(event: Event, nowMs: number): readonly OcsfProblem[] {
  const findings: Finding[] = []
  for (const occurrence of walkEvent(event))
    for (const rule of ATTRIBUTE_RULES) findings.push(...rule(occurrence))
  for (const rule of EVENT_RULES) findings.push(...rule(event, nowMs))
  return findings.map((finding) => ({ level: 'error', ...finding }))
}

const EARLIEST_MS = Date.UTC(2000, 0, 1)
const DAY_MS = 86_400_000
const NOTHING: readonly Finding[] = []

const ATTRIBUTE_RULES: readonly ((occurrence: Occurrence) => readonly Finding[])[] = [
  inSeconds,
  twinDiffers,
  captionDiffers,
  countryUnknown,
]

const EVENT_RULES: readonly ((event: Event, nowMs: number) => readonly Finding[])[] = [
  timeImplausible,
  observableDiffers,
  secretExposed,
  actorMissing,
  statusLost,
]

function timeImplausible({ time }: Event, nowMs: number): readonly Finding[] {
  const isPlausible = typeof time === 'number' && time >= EARLIEST_MS && time <= nowMs + DAY_MS
  const message = 'not between the year 2000 and tomorrow: Unix milliseconds are meant'
  return isPlausible ? NOTHING : [{ code: 'time_implausible', path: 'time', message }]
}

/** Read as milliseconds these are days of early 1970; read as seconds they are the years 1973 to 2286. */
function inSeconds({ attribute, value, path }: Occurrence): readonly Finding[] {
  if (attribute.type !== 'timestamp_t' || typeof value !== 'number' || path === 'time') return NOTHING
  const message = 'looks like seconds: Unix milliseconds are meant'
  return value >= 1e8 && value < 1e10 ? [{ code: 'timestamp_in_seconds', path, message }] : NOTHING
}

function twinDiffers({ attribute, object, value, path }: Occurrence): readonly Finding[] {
  if (attribute.type !== 'timestamp_t') return NOTHING
  const twin = object[`${attribute.name}_dt`]
  if (twin === undefined || timestampMs(twin) === value) return NOTHING
  return [
    { code: 'datetime_differs', path: `${path}_dt`, message: `not the same moment as ${attribute.name}` },
  ]
}

/** The caption of `type_uid` is "Class: Activity", so this covers `type_name` too. */
function captionDiffers(occurrence: Occurrence): readonly Finding[] {
  const { attribute, object, value } = occurrence
  if (attribute.enum === undefined || attribute.sibling === undefined) return NOTHING
  const labels = object[attribute.sibling]
  if (!attribute.isArray) return captionFinding(occurrence, value, labels)
  const ids = Array.isArray(value) ? value : []
  return ids.flatMap((id, i) => captionFinding(occurrence, id, Array.isArray(labels) ? labels[i] : undefined))
}

function captionFinding({ attribute, path }: Occurrence, id: unknown, label: unknown): readonly Finding[] {
  const caption = attribute.enum?.[String(id)]
  const at = path.slice(0, path.length - attribute.name.length) + attribute.sibling
  if (caption === undefined) return NOTHING
  if (id === 99) {
    const message = "Other needs the source's own word beside it"
    return label === undefined || label === caption ? [{ code: 'other_unnamed', path: at, message }] : NOTHING
  }
  if (label === undefined || label === caption) return NOTHING
  return [{ code: 'caption_differs', path: at, message: `expected "${caption}"` }]
}

function countryUnknown({ attribute, owner, value, path }: Occurrence): readonly Finding[] {
  if (owner !== 'location' || attribute.name !== 'country' || isCountryCode(String(value))) return NOTHING
  return [{ code: 'country_unknown', path, message: 'no ISO 3166-1 alpha-2 code in upper case' }]
}

function observableDiffers(event: Event): readonly Finding[] {
  const observables: unknown = event['observables']
  if (!Array.isArray(observables)) return NOTHING
  return observables.flatMap((observable, i) => {
    const { name, value } = observable as { name?: unknown; value?: unknown }
    if (typeof name !== 'string' || value === undefined) return []
    const isThere = valuesAt(event, name).some((found) => String(found) === value)
    const message = `${name} does not hold this value`
    return isThere ? [] : [{ code: 'observable_differs', path: `observables[${i}].value`, message }]
  })
}

function secretExposed(event: Event): readonly Finding[] {
  return Object.entries(event).flatMap(([path, value]) => {
    const found = findSecret(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))
    return found === undefined ? [] : [{ code: 'secret_exposed', path, message: `holds ${found}` }]
  })
}

/** A warning only: some apps do not say who did it, and then nobody can. */
function actorMissing(event: Event): readonly Finding[] {
  const action = actionByVerb(actionOf(event) ?? '')
  if (action?.isAdmin !== true || isSomebody(event['actor'])) return NOTHING
  const message = `${action.verb} is something that administrators do: who did it?`
  return [{ code: 'actor_missing', path: 'actor', message, level: 'warning' }]
}

function isSomebody(actor: unknown): boolean {
  const { user, app_name: appName, app_uid: appUid, session } = (actor ?? {}) as Event
  const { name, uid } = (user ?? {}) as Event
  return (name ?? UNKNOWN) !== UNKNOWN || [uid, appName, appUid, session].some((value) => value !== undefined)
}

const OUTCOME =
  /\\?"(?:status|result|outcome|success|succeeded)\\?":\s*\\?"?(?:success|succeeded|fail|failed|failure|denied|allowed|true|false)\b/i

/** Unknown is for sources that do not say; this one did. */
function statusLost(event: Event): readonly Finding[] {
  if (event['status_id'] !== 0) return NOTHING
  const { status_code: code, status_detail: detail, raw_data: raw, unmapped } = event
  const isSaid = code !== undefined || detail !== undefined
  if (!isSaid && !OUTCOME.test(`${String(raw)} ${JSON.stringify(unmapped)}`)) return NOTHING
  const message = 'the source says how it ended, so Unknown is wrong'
  return [{ code: 'status_lost', path: 'status_id', message }]
}
