import { Failure, Instant, Span, Unsigned } from '../../model/expression.ts'
import { kindOfValue } from './kind.ts'
import { instantText, spanText } from './time-text.ts'

/** CEL's `string(x)`. Lists and maps have no text; bytes must be UTF-8. */
export function textOf(value: unknown): string | Failure {
  switch (typeof value) {
    case 'string':
      return value
    case 'number':
    case 'boolean':
    case 'bigint':
      return String(value)
    default:
      return value instanceof Failure ? value : objectText(value)
  }
}

function objectText(value: unknown): string | Failure {
  if (value instanceof Instant) return instantText(value)
  if (value instanceof Span) return spanText(value)
  if (value instanceof Unsigned) return String(value.unsigned)
  if (value instanceof Uint8Array) return utf8(value)
  return new Failure('type', `a ${kindOfValue(value)} has no text: use jsonText(…)`)
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The bytes as UTF-8 text. */
export function utf8(bytes: Uint8Array): string | Failure {
  try {
    return decoder.decode(bytes)
  } catch {
    return new Failure('format', 'the bytes are not UTF-8')
  }
}
