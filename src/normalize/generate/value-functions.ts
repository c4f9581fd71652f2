import { constant, emitProgram, quote, startEmission } from '../../expression/emit-program.ts'
import { link } from '../../expression/link.ts'
import type { Env } from '../../model/expression.ts'
import { programsOf } from '../given.ts'
import type { Origin } from '../origin.ts'
import type { Entry } from '../row-plan.ts'
import type { Tally } from '../tally.ts'
import { coercionFor, fitOf, isPlainText, wordFor } from './fit.ts'
import { isWord } from './ready.ts'

/** Computes the value of one entry, made to fit: a `Word` where the attribute is one. */
export type ValueFunction = (env: Env, tally: Tally) => unknown

const known = new WeakMap<Origin, Map<string, ValueFunction>>()

/**
 * The function of an entry. Rows of a stream that compute the same share it: then it is compiled once, not once for each row, which
 * takes most of what a row takes.
 */
export function valueFunction(origin: Origin, entry: Entry): ValueFunction {
  const functions = known.get(origin) ?? new Map<string, ValueFunction>()
  known.set(origin, functions)
  const { owner, name, given } = entry
  const id = JSON.stringify([owner, name, given.kind, sourceOf(entry)])
  const found = functions.get(id) ?? writeFunction(entry)
  functions.set(id, found)
  return found
}

function sourceOf({ given }: Entry): string {
  if (given.kind === 'program') return given.program.source
  return given.kind === 'template' ? given.template.source : ''
}

function writeFunction(entry: Entry): ValueFunction {
  const { attribute, owner, name, given } = entry
  const programs = programsOf(given)
  const names = [...new Set(programs.flatMap(({ reads }) => reads.map(([root]) => String(root))))]
  const emission = startEmission({ names, programs })
  const isPlain = !isWord(attribute) && isPlainText(owner, attribute)
  const fit = constant(
    emission,
    fitOf<unknown>(name, isWord(attribute) ? wordFor(owner, attribute) : coercionFor(owner, attribute)),
  )
  if (given.kind !== 'program') {
    const evaluate = given.kind === 'template' ? given.template.evaluate : () => given.value
    const result = `${constant(emission, evaluate)}(env)`
    return link(
      ['env', 'tally'],
      `const p = ${result}\nreturn ${fitted('p', fit, isPlain)}`,
      emission,
    ) as ValueFunction
  }
  const { statements, result } = emitProgram(given.program, emission)
  const body = [
    ...names.map((root) => `const ${emission.variables.get(root)} = env[${quote(root)}]`),
    ...emission.prelude,
    statements,
    `return ${fitted(result, fit, isPlain)}`,
  ]
  return link(['env', 'tally'], body.join('\n'), emission) as ValueFunction
}

/** The usual cases in place: text that does not start blank, and whole numbers, which many apps use as ids. */
function fitted(given: string, fit: string, isPlain: boolean): string {
  const other = `${fit}(${given}, tally)`
  if (!isPlain) return other
  const number = `Number.isSafeInteger(${given}) ? String(${given}) : ${other}`
  return `typeof ${given} === "string" && ${given}.charCodeAt(0) > 32 ? ${given} : ${number}`
}
