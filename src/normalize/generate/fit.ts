import { Failure } from '../../model/expression.ts'
import { type Coercion, coercionOf } from '../../ocsf/coerce.ts'
import type { Attribute } from '../../ocsf/tables.ts'
import { enumWord, valueCoercion } from '../../ocsf/write.ts'
import { isAbsent } from '../given.ts'
import { isKept } from '../kept.ts'
import { momentMs } from '../moment.ts'
import { countIn, type Tally } from '../tally.ts'

/** Makes what an expression gave fit its attribute; `undefined` when there is nothing, or it does not fit, which is counted. */
export type Fit<Ready> = (value: unknown, tally: Tally) => Ready | undefined

/** @param name the attribute's path, under which values that do not fit are counted. */
export function fitOf<Ready>(name: string, coerce: (value: unknown) => Ready | undefined): Fit<Ready> {
  return (value, tally) => {
    if (isAbsent(value)) return undefined
    if (value instanceof Failure) {
      if (value.reason !== 'missing') countIn(tally.unfit, name)
      return undefined
    }
    const ready = coerce(value)
    if (ready === undefined) countIn(tally.unfit, name)
    return ready
  }
}

/** Coercions whose result is the same value again, or a number or boolean of it: nothing is gained by remembering them. */
const CHEAP: ReadonlySet<string> = new Set([
  'string_t',
  'boolean_t',
  'integer_t',
  'long_t',
  'float_t',
  'json_t',
  'port_t',
])

/** As the writers of `src/ocsf` coerce, for a value that is no word of a list of values. */
export function coercionFor(owner: string, attribute: Attribute): Coercion {
  if (attribute.type === 'timestamp_t' && !attribute.isArray) return momentMs
  const coerce = valueCoercion(owner, attribute)
  return attribute.isArray || CHEAP.has(attribute.type) || isPlainText(owner, attribute)
    ? coerce
    : remembering(coerce)
}

/** Any text that is not blank fits as it is. */
export function isPlainText(owner: string, attribute: Attribute): boolean {
  return valueCoercion(owner, attribute) === coercionOf('string_t')
}

/** A value of a list of values: `label` beside Other (99), `isKept` when no other word was meant. */
export type Word = { readonly id: unknown; readonly label: string | undefined; readonly isKept: boolean }

export function wordFor(owner: string, attribute: Attribute): (value: unknown) => Word | undefined {
  const find = enumWord(owner, attribute)
  return remembering((value) => {
    const found = find(value)
    return found && { id: found.id, label: found.label, isKept: isKept(attribute, value, found.id) }
  })
}

const MAX_REMEMBERED = 2000

/** Apps repeat themselves: the same address, country and word stand in thousands of records. */
function remembering<Result>(coerce: (value: unknown) => Result): (value: unknown) => Result {
  const known = new Map<string, Result>()
  return (value) => {
    if (typeof value !== 'string') return coerce(value)
    const found = known.get(value)
    if (found !== undefined) return found
    const made = coerce(value)
    if (known.size >= MAX_REMEMBERED) known.clear()
    known.set(value, made)
    return made
  }
}
