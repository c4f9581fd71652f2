import { parseJson } from '../../lib/json.ts'
import { Failure, Instant, Span, Unsigned } from '../../model/expression.ts'
import { isMap, kindOfValue } from './kind.ts'
import { mapGet, mapKeys } from './map.ts'
import { EXHAUSTED, meter, spend, TEXT_TOO_LONG } from './meter.ts'
import { instantText, spanText } from './time-text.ts'

const MAX_DEPTH = 128

/** What reading costs: exact integers are read by a slower way. */
function cost(text: string): number {
  return text.length * (/\d{16}/.test(text) ? 8 : 3)
}

/** The value of a JSON text, whole numbers beyond 2^53 as bigint. */
export function valueOfJson(text: string): unknown {
  if (spend(cost(text))) return EXHAUSTED
  try {
    return parseJson(text)
  } catch (error) {
    return new Failure('format', error instanceof Error ? error.message : 'the text is not JSON')
  }
}

/** A value as JSON text, as CEL converts to JSON: times as text, bytes as base64, ints exact. */
export function jsonText(value: unknown): string | Failure {
  const pieces: string[] = []
  const failure = write(value, { pieces, length: 0 }, 0)
  return failure ?? pieces.join('')
}

type Output = { readonly pieces: string[]; length: number }

function put(output: Output, text: string): Failure | undefined {
  output.pieces.push(text)
  output.length += text.length
  if (output.length > meter.limits.textCharacters) return TEXT_TOO_LONG
  return spend(4 + (text.length >> 2)) ? EXHAUSTED : undefined
}

function write(value: unknown, output: Output, depth: number): Failure | undefined {
  if (depth > MAX_DEPTH) return new Failure('budget', `the value nests deeper than ${MAX_DEPTH}`)
  if (Array.isArray(value))
    return writeAll(value, ['[', ']'], (item) => write(item, output, depth + 1), output)
  if (isMap(value)) {
    const entry = (key: unknown): Failure | undefined =>
      put(output, `${JSON.stringify(String(key))}:`) ?? write(mapGet(value, key), output, depth + 1)
    return writeAll(mapKeys(value), ['{', '}'], entry, output)
  }
  const text = scalarText(value)
  return typeof text === 'string' ? put(output, text) : text
}

function writeAll(
  items: readonly unknown[],
  [open, close]: readonly [string, string],
  item: (item: unknown) => Failure | undefined,
  output: Output,
): Failure | undefined {
  let failure = put(output, open)
  for (let i = 0; i < items.length && failure === undefined; i++)
    failure = (i === 0 ? undefined : put(output, ',')) ?? item(items[i])
  return failure ?? put(output, close)
}

function scalarText(value: unknown): string | Failure {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return JSON.stringify(value)
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'number')
    return Number.isFinite(value) ? String(value) : new Failure('type', 'JSON has no infinity and no NaN')
  if (value instanceof Unsigned) return String(value.unsigned)
  if (value instanceof Instant) return JSON.stringify(instantText(value))
  if (value instanceof Span) return JSON.stringify(spanText(value))
  if (value instanceof Uint8Array) return JSON.stringify(Buffer.from(value).toString('base64'))
  return new Failure('type', `a ${kindOfValue(value)} is no JSON`)
}
