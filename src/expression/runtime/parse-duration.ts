import { Failure, type Span } from '../../model/expression.ts'
import { spanOf } from './time.ts'

/** Nanoseconds in a unit. `d` is an addition to CEL's own units, for `duration('7d')`. */
const NANOS: Readonly<Record<string, bigint>> = {
  d: 86_400_000_000_000n,
  h: 3_600_000_000_000n,
  m: 60_000_000_000n,
  s: 1_000_000_000n,
  ms: 1_000_000n,
  us: 1_000n,
  µs: 1_000n,
  ns: 1n,
}

const PART = /(\d+)?(?:\.(\d+))?(ns|us|µs|ms|d|h|m|s)/y

/** A duration such as `90s`, `1h30m`, `-1.5h` or `7d`. */
export function parseDuration(text: string): Span | Failure {
  const isNegative = text.startsWith('-')
  const start = isNegative || text.startsWith('+') ? 1 : 0
  if (text.slice(start) === '0') return spanOf(0, 0)
  const nanos = text.length > 64 ? undefined : readParts(text, start)
  if (nanos === undefined) return new Failure('format', 'the text is not a duration such as 90s, 1h30m or 7d')
  const signed = isNegative ? -nanos : nanos
  return spanOf(Number(signed / 1_000_000n), Number(signed % 1_000_000n))
}

function readParts(text: string, start: number): bigint | undefined {
  let sum = 0n
  let at = start
  while (at < text.length) {
    PART.lastIndex = at
    const part = PART.exec(text)
    if (part === null || (part[1] === undefined && part[2] === undefined)) return undefined
    const unit = NANOS[part[3]!]!
    const fraction = part[2] ?? ''
    sum +=
      BigInt(part[1] ?? '0') * unit +
      (BigInt(fraction === '' ? '0' : fraction) * unit) / 10n ** BigInt(fraction.length)
    at = PART.lastIndex
  }
  return at === start ? undefined : sum
}
