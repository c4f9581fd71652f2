import type { Failure, Value } from '../../model/expression.ts'
import type { Work } from '../overload.ts'

/** One function, described once: the checker, the compiler, the tests and the reference page all read this record. */
export type FunctionRow = {
  readonly name: string
  readonly about: string
  /** Each an expression and one it must equal; `fails: <reason>` instead when it must have no value. All are run as tests. */
  readonly examples: readonly (readonly [expression: string, result: string])[]
  /** Signatures with what runs for each. `run` gets arguments of just these types. It never throws. */
  readonly overloads: readonly (readonly [signature: string, run: Run])[]
  /** `linear` unless said otherwise. */
  readonly work?: Work
  /**
   * A faster `run` when some arguments are literals, such as a pattern compiled once; `undefined` stands for an argument
   * known only at run time. A failure is reported to the author as a mistake in the literal.
   */
  readonly specialize?: Specialize
}

export type Specialize = (literals: readonly unknown[]) => Run | Failure | undefined

export type Run = (...args: never[]) => Value

/** The heading under which a function stands in the reference. */
export type FunctionGroup = { readonly title: string; readonly rows: readonly FunctionRow[] }

/** A form the checker knows by name because it does not simply evaluate its arguments. */
export type FormRow = Omit<FunctionRow, 'overloads' | 'work'> & { readonly signatures: readonly string[] }
