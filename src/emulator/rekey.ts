import { type Env, Failure, Instant, type Program } from '../model/expression.ts'
import { timestampMs } from '../ocsf/timestamp.ts'
import { type Path, valueAt, withValueAt } from './json-path.ts'
import { digestOf } from './random.ts'

/** Makes another record of one: with a key of its own, and for activity at another time. */
export type Rekey = (record: unknown, serial: number, timeMs?: number) => unknown

export type RekeyParts = {
  readonly key?: Program
  readonly time?: Program
  /** Where the list stands whose elements are the records, when one is exploded. */
  readonly explode?: Program
}

/**
 * @param samples every record of the stream: new keys continue theirs. A serial number gives one key, once in the whole stream.
 * @returns `undefined` when the key is not read from the record, so that no other can be given.
 */
export function rekeyer(parts: RekeyParts, samples: readonly unknown[], env: Env): Rekey | undefined {
  const inside = parts.explode?.path?.slice(1)
  const elements = inside === undefined ? samples : samples.flatMap((record) => listAt(record, inside))
  const keyPath = pathIn(parts.key, elements[0])
  if (parts.key !== undefined && keyPath === undefined) return undefined
  const newKey = keyMaker(keyPath === undefined ? [] : elements.map((record) => valueAt(record, keyPath)))
  const rename = (record: unknown, serial: number) =>
    keyPath === undefined ? record : withValueAt(record, keyPath, newKey(valueAt(record, keyPath), serial))
  const move = mover(parts.time, env)
  const one = (record: unknown, serial: number, byMs: number) => move(rename(record, serial), byMs)
  return (record, serial, timeMs) => {
    const byMs = timeMs === undefined ? 0 : timeMs - (earliest(record, parts, env) ?? timeMs)
    if (inside === undefined) return one(record, serial, byMs)
    const list = listAt(record, inside)
    return withValueAt(
      record,
      inside,
      list.map((item, index) => one(item, serial * 100 + index, byMs)),
    )
  }
}

const listAt = (record: unknown, path: Path): readonly unknown[] => {
  const list = valueAt(record, path)
  return Array.isArray(list) ? list : []
}

/** When a record happened; with exploded elements, when the first of them did. Unix milliseconds. */
export function earliest(record: unknown, parts: RekeyParts, env: Env): number | undefined {
  const times = timesOf(record, parts, env)
  return times.length === 0 ? undefined : Math.min(...times)
}

/** When a record, or each of its exploded elements, happened: as far as that can be read. */
export function timesOf(record: unknown, { time, explode }: RekeyParts, env: Env): readonly number[] {
  if (time === undefined) return []
  const inside = explode?.path?.slice(1)
  const rows = inside === undefined ? [record] : listAt(record, inside)
  return rows.flatMap((row) => timeOf(time, { ...env, record: row, outer: record }) ?? [])
}

/** The moment an expression gives, as the language reads one: timestamp, RFC 3339 text, Unix seconds or milliseconds. */
export function timeOf(program: Program, env: Env): number | undefined {
  const value = program.evaluate(env)
  return value instanceof Failure ? undefined : timestampMs(value)
}

/** The last path below `record` that the expression reads and that the record has. */
function pathIn(program: Program | undefined, record: unknown): Path | undefined {
  return program?.reads
    .filter(([name]) => name === 'record')
    .map(([, ...path]) => path)
    .findLast((path) => valueAt(record, path) !== undefined)
}

/** Moves a record in time, in the notation that it uses. */
function mover(time: Program | undefined, env: Env): (record: unknown, byMs: number) => unknown {
  if (time === undefined) return (record) => record
  return (record, byMs) => {
    const path = pathIn(time, record)
    const now = timeOf(time, { ...env, record })
    if (path === undefined || now === undefined || byMs === 0) return record
    const moved = likeThis(valueAt(record, path), now + byMs)
    return moved === undefined ? record : withValueAt(record, path, moved)
  }
}

function likeThis(before: unknown, ms: number): unknown {
  if (typeof before === 'bigint') return BigInt(likeNumber(Number(before), ms))
  if (typeof before === 'number') return likeNumber(before, ms)
  if (before instanceof Instant) return new Instant(ms)
  if (typeof before !== 'string') return undefined
  if (/^\d+(\.\d+)?$/.test(before)) return String(likeNumber(Number(before), ms))
  const digits = /\.(\d+)/.exec(before)?.[1]?.length ?? 0
  const [date = '', clock = ''] = new Date(ms).toISOString().split('T')
  const fraction = digits === 0 ? '' : `.${clock.slice(9, 12).padEnd(digits, '0').slice(0, digits)}`
  const zone = /[zZ]|[+-]\d{2}:?\d{2}$/.test(before) ? 'Z' : ''
  return `${date}${before[10] ?? 'T'}${clock.slice(0, 8)}${fraction}${zone}`
}

function likeNumber(before: number, ms: number): number {
  if (before >= 1e17) return ms * 1e6
  if (before >= 1e14) return ms * 1e3
  if (before >= 1e11) return ms
  return Number.isInteger(before) ? Math.floor(ms / 1000) : ms / 1000
}

/** New keys in the manner of the old ones: numbers go on counting, long hexadecimal texts are drawn anew. */
function keyMaker(keys: readonly unknown[]): (key: unknown, serial: number) => unknown {
  const known = new Set(keys)
  const highest = Math.max(0, ...keys.map(countIn).filter((count) => count !== undefined))
  const highestLong = keys.reduce<bigint>(
    (most, key) => (typeof key === 'bigint' && key > most ? key : most),
    0n,
  )
  const make = (key: unknown, serial: number): unknown => {
    if (typeof key === 'number') return highest + serial
    if (typeof key === 'bigint') return highestLong + BigInt(serial)
    const text = String(key)
    const hex = /[0-9a-f]{8,}$/i.exec(text)?.[0]
    if (hex !== undefined && /[a-f]/i.test(hex))
      return text.slice(0, -hex.length) + digestOf(text, serial).repeat(2).slice(0, Math.max(12, hex.length))
    const digits = /\d+$/.exec(text)?.[0]
    if (digits === undefined) return `${text}-${serial}`
    return text.slice(0, -digits.length) + String(highest + serial).padStart(digits.length, '0')
  }
  return (key, serial) => {
    const made = make(key, serial)
    return known.has(made) ? `${String(made)}-${serial}` : made
  }
}

function countIn(key: unknown): number | undefined {
  if (typeof key === 'number' || typeof key === 'bigint') return Number(key)
  const digits = /\d+$/.exec(String(key))?.[0]
  return digits === undefined || digits.length > 15 ? undefined : Number(digits)
}
