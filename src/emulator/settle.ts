import type { Env, Program, Value } from '../model/expression.ts'
import { Failure } from '../model/expression.ts'
import { valueAt, withValueAt } from './json-path.ts'

/** An answer in the making, as expressions see it: `response`. */
export type Draft = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

type Wish = {
  readonly program: Program
  readonly env: Env
  readonly isRight: (value: Value | Failure) => boolean
  /** Values worth trying at a path of the answer, best first; `undefined` takes the key away. */
  readonly values: (path: readonly (string | number)[], now: unknown) => readonly unknown[]
}

/**
 * Changes an answer until an expression of the manifest reads in it what it should: this is how declarations are turned round.
 *
 * @returns `undefined` when none of the values does it.
 */
export function settle(draft: Draft, wish: Wish): Draft | undefined {
  const paths = wish.program.reads.filter(([name]) => name === 'response').map(([, ...path]) => path)
  return tryPaths(draft, paths, wish)
}

function tryPaths(
  draft: Draft,
  paths: readonly (readonly (string | number)[])[],
  wish: Wish,
): Draft | undefined {
  if (wish.isRight(wish.program.evaluate({ ...wish.env, response: draft }))) return draft
  const [path, ...rest] = paths
  if (path === undefined) return undefined
  for (const value of wish.values(path, valueAt(draft, path))) {
    const settled = tryPaths(withValueAt(draft, path, value) as Draft, rest, wish)
    if (settled !== undefined) return settled
  }
  return undefined
}

/** What a text or flag could be, for expressions that ask a yes or no: the value as it is, then the usual opposites. */
export function plainValues(now: unknown, alsoSeen: readonly unknown[] = []): readonly unknown[] {
  return [now, ...alsoSeen, true, false, null, '', 0, undefined]
}

/** The constants written in an expression: the values it compares with. */
export function constantsIn(source: string): readonly (string | number)[] {
  return [...source.matchAll(/'(?<a>[^']*)'|"(?<b>[^"]*)"|\b(?<n>\d+(?:\.\d+)?)\b/g)].map(({ groups }) => {
    const { a, b, n } = groups ?? {}
    return n === undefined ? (a ?? b ?? '') : Number(n)
  })
}

/** Whether paging takes a value for the end of the list. Any other failure is a mistake to it. */
export const isAbsent = (value: Value | Failure): boolean =>
  value instanceof Failure
    ? value.reason === 'missing'
    : value === null || value === undefined || value === ''
