import type { Program } from '../model/expression.ts'
import { boxed, constant, type Emission, fresh } from './emission.ts'
import { emit } from './emit.ts'
import { share } from './emit-path.ts'
import { LIMITS, type Limits } from './limits.ts'
import { commonPaths } from './reads.ts'
import { begin } from './runtime/meter.ts'
import type { Node } from './tree.ts'

export { constant, type Emission, quote } from './emission.ts'

export type EmissionOptions = {
  /** The names that the programs may use. Each becomes a JavaScript variable: `emission.variables.get(name)`. */
  readonly names: readonly string[]
  /** All programs that will be emitted: what several of them read is read once, in the prelude. */
  readonly programs: readonly Program[]
  readonly limits?: Limits
}

/**
 * Starts a piece of generated code that holds any number of programs, for back ends that build one function out of many.
 *
 * ```ts
 * const emission = startEmission({ names: ['record'], programs })
 * const parts = programs.map((program) => emitProgram(program, emission))
 * const body = [
 *   ...emission.prelude,
 *   ...parts.map((part) => part.statements),
 *   `return [${parts.map((part) => part.result).join()}]`,
 * ].join('\n')
 * const run = link([emission.variables.get('record')!], body, emission)
 * run({ actor: { id: 7 } }) // values and failures, in order
 * ```
 *
 * Values of the back end's own get into the code with `constant(emission, value)`, texts with `quote(text)`.
 */
export function startEmission({ names, programs, limits = LIMITS }: EmissionOptions): Emission {
  const emission: Emission = {
    limits,
    variables: new Map(names.map((name, i) => [name, `n${i}`])),
    constants: new Map(),
    names: new Map(),
    helpers: [],
    readers: new Map(),
    prelude: [],
    shared: new Map(),
    emit,
    lines: [],
    count: 0,
    loops: 0,
    isMetered: false,
  }
  for (const [name, ...steps] of commonPaths(programs.flatMap((program) => program.reads))) {
    const root = emission.variables.get(name as string)
    if (root !== undefined) share(emission, root, steps)
  }
  return emission
}

/** One program's code: run the statements, then `result`, an identifier, holds its value or `Failure`. */
export type Emitted = { readonly statements: string; readonly result: string }

/** Writes one program into an emission. The statements declare what they use and never throw or return. */
export function emitProgram(program: Program, emission: Emission): Emitted {
  const result = fresh(emission, 'p')
  const label = fresh(emission, 'L')
  emission.lines = []
  emission.isMetered = false
  const value = emit(
    emission,
    program.tree as Node,
    (failure) => `{ ${result} = ${failure}; break ${label} }`,
  )
  const start = emission.isMetered
    ? [`${constant(emission, begin)}(${constant(emission, emission.limits)})`]
    : []
  const lines = [
    `let ${result}`,
    ...start,
    `${label}: {`,
    ...emission.lines,
    `${result} = ${boxed(value)}`,
    '}',
  ]
  return { statements: lines.join('\n'), result }
}
