import { isIpAddress } from './ip.ts'
import { PATTERNS } from './patterns.generated.ts'
import { complain, type Report } from './problem.ts'
import { type BasicType, dataType } from './tables.ts'

/** Reports what is wrong with a value that stands at the report's trail; returns whether its type is right. */
export type ValueCheck = (value: unknown, report: Report) => boolean

type Basic = { readonly accepts: (value: unknown) => boolean; readonly expected: string }

const isInteger = { accepts: Number.isSafeInteger, expected: 'an integer within ±2^53' }
const BASICS: Readonly<Record<Exclude<BasicType, 'object_t'>, Basic>> = {
  string_t: { accepts: (value) => typeof value === 'string', expected: 'text' },
  integer_t: isInteger,
  long_t: isInteger,
  float_t: { accepts: Number.isFinite, expected: 'a number' },
  boolean_t: { accepts: (value) => typeof value === 'boolean', expected: 'true or false' },
  json_t: { accepts: (value) => value !== undefined, expected: 'JSON' },
}

/** The check of a data type: its basic type, and then its length, range and form. */
export function typeCheck(typeName: string): ValueCheck {
  const type = dataType(typeName)
  const { accepts, expected } = BASICS[type.basic as keyof typeof BASICS]
  const narrower = narrowing(typeName)
  return (value, report) => {
    if (!accepts(value)) {
      complain(report, { code: 'attribute_wrong_type', message: `expected ${expected} (${typeName})` })
      return false
    }
    narrower?.(value as never, report)
    return true
  }
}

function narrowing(typeName: string): ((value: never, report: Report) => void) | undefined {
  const { maxLength, range } = dataType(typeName)
  if (range !== undefined) return rangeCheck(range)
  const fits = formTest(typeName)
  if (fits === undefined && maxLength === undefined) return undefined
  return (value: string, report) => {
    if (maxLength !== undefined && value.length > maxLength && [...value].length > maxLength)
      complain(report, {
        code: 'attribute_value_exceeds_max_len',
        message: `longer than the ${maxLength} characters of ${typeName}`,
      })
    if (fits?.(value) === false)
      complain(report, {
        code: 'attribute_value_regex_not_matched',
        message: `not of the form of ${typeName}`,
      })
  }
}

/** Addresses are parsed, because the schema's pattern for `ip_t` takes any character for a dot. */
function formTest(typeName: string): ((value: string) => boolean) | undefined {
  if (typeName === 'ip_t') return isIpAddress
  const pattern = PATTERNS[typeName]
  return pattern && ((value) => pattern.test(value))
}

function rangeCheck([low = 0, high = 0]: readonly number[]): (value: number, report: Report) => void {
  return (value, report) => {
    if (value < low || value > high)
      complain(report, { code: 'attribute_value_exceeds_range', message: `not between ${low} and ${high}` })
  }
}
