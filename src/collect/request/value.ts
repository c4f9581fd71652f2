import { textOf } from '../../expression/runtime/text-of.ts'
import { Fault } from '../../lib/fault.ts'
import { type Env, Failure, type Program, type Template, type Value } from '../../model/expression.ts'
import { readsSecrets } from './template-parts.ts'

/**
 * The value of a template, or `undefined` where something it needs is missing or null: whoever asked leaves it out then.
 *
 * @param place what the fault names, e.g. `query.since`.
 * @throws {Fault} `EXPRESSION_FAILED` for every other reason.
 */
export function optionalValue(template: Template, env: Env, place: string): Value {
  const value = template.evaluate(env)
  if (!(value instanceof Failure)) return value === null ? undefined : value
  if (value.reason === 'missing') return undefined
  throw failed(place, whyOf(value, template))
}

/** As text. @throws {Fault} `EXPRESSION_FAILED` also where something is missing. */
export function neededText(source: Template | Program, env: Env, place: string): string {
  const value = source.evaluate(env)
  if (value === null) throw failed(place, 'the value is null')
  if (value instanceof Failure) throw failed(place, whyOf(value, source))
  return scalarText(value, place)
}

/** @throws {Fault} `EXPRESSION_FAILED` for a list, a map, or bytes that are no text. */
export function scalarText(value: Value, place: string): string {
  const text = textOf(value)
  if (text instanceof Failure) throw failed(place, text.message)
  return text
}

/** A failure may quote the value that it is about. */
function whyOf({ reason, message }: Failure, source: Template | Program): string {
  return readsSecrets(source) ? reason : message
}

function failed(place: string, why: string): Fault {
  return new Fault('EXPRESSION_FAILED', `${place}: ${why}`)
}
