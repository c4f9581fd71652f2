import { Instant } from '../model/expression.ts'
import { ipAddress } from './ip.ts'
import { PATTERNS } from './patterns.generated.ts'
import { dataType } from './tables.ts'
import { rfc3339, timestampMs } from './timestamp.ts'

/** Turns a value of an app into what an OCSF type demands; `undefined` when that cannot be done faithfully. */
export type Coercion = (value: unknown) => unknown

const MAX_DEPTH = 64

/** Plain JSON, without nulls: absent and null mean the same in OCSF. */
export function toJson(value: unknown, depth = 0): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value
    case 'number':
      return Number.isFinite(value) ? value : undefined
    case 'bigint':
      return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
    case 'object':
      return value === null || depth > MAX_DEPTH ? undefined : objectToJson(value, depth + 1)
    default:
      return undefined
  }
}

function objectToJson(value: object, depth: number): unknown {
  if (Array.isArray(value))
    return value.map((item) => toJson(item, depth)).filter((item) => item !== undefined)
  if (value instanceof Instant) return rfc3339(value.ms)
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  const entries = value instanceof Map ? [...value] : Object.entries(value)
  const json: Record<string, unknown> = {}
  for (const [key, item] of entries) {
    const converted = toJson(item, depth)
    if (converted !== undefined) setOwn(json, String(key), converted)
  }
  return json
}

/** Plain assignment to `__proto__` would change the prototype instead of adding a member. */
export function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') target[key] = value
}

function toText(value: unknown): string | undefined {
  if (typeof value === 'string') return value.trim() === '' ? undefined : value
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : undefined
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value)
  return value instanceof Instant ? rfc3339(value.ms) : undefined
}

function toInteger(value: unknown): number | undefined {
  const text = typeof value === 'string' ? value.trim() : undefined
  if (text !== undefined && !/^[+-]?\d+$/.test(text)) return undefined
  const isNumeric = text !== undefined || typeof value === 'number' || typeof value === 'bigint'
  const number = isNumeric ? Number(text ?? value) : Number.NaN
  return Number.isSafeInteger(number) ? number : undefined
}

function toFloat(value: unknown): number | undefined {
  const isNumeric = typeof value === 'number' || (typeof value === 'string' && value.trim() !== '')
  const number = isNumeric || typeof value === 'bigint' ? Number(value) : Number.NaN
  return Number.isFinite(number) ? number : undefined
}

const BOOLEANS = new Map<unknown, boolean>([
  ...[true, 'true', 'yes', 'on', '1', 1].map((word) => [word, true] as const),
  ...[false, 'false', 'no', 'off', '0', 0].map((word) => [word, false] as const),
])

function toBoolean(value: unknown): boolean | undefined {
  if (typeof value === 'bigint') return BOOLEANS.get(Number(value))
  return BOOLEANS.get(typeof value === 'string' ? value.trim().toLowerCase() : value)
}

/** Text that must match the pattern and length of its type. */
function toPattern(typeName: string): Coercion {
  const { maxLength = Number.POSITIVE_INFINITY } = dataType(typeName)
  const pattern = PATTERNS[typeName]
  return (value) => {
    const text = toText(value)?.trim()
    if (text === undefined || [...text].length > maxLength) return undefined
    return pattern?.test(text) === false ? undefined : text
  }
}

const toTime: Coercion = (value) => {
  const ms = timestampMs(value)
  return ms === undefined ? undefined : rfc3339(ms)
}

const toPort: Coercion = (value) => {
  const port = toInteger(value)
  return port !== undefined && port >= 0 && port <= 65_535 ? port : undefined
}

const COERCIONS: Readonly<Record<string, Coercion>> = {
  string_t: toText,
  integer_t: toInteger,
  long_t: toInteger,
  float_t: toFloat,
  boolean_t: toBoolean,
  json_t: toJson,
  timestamp_t: timestampMs,
  datetime_t: toTime,
  port_t: toPort,
  ip_t: ipAddress,
  email_t: toPattern('email_t'),
  mac_t: toPattern('mac_t'),
  uuid_t: toPattern('uuid_t'),
  subnet_t: toPattern('subnet_t'),
  bytestring_t: toPattern('bytestring_t'),
}

/** The coercion of a data type; the types that are only names for text (`username_t`, `url_t`) take any text. */
export function coercionOf(typeName: string): Coercion {
  return COERCIONS[typeName] ?? toText
}
