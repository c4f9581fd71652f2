import type { Failure, Value } from '../model/expression.ts'
import type { Type } from './types.ts'

/** A parameter or result. `isIndex`: an int that travels as a JavaScript number, because it counts or points. */
export type Slot = { readonly type: Type; readonly isIndex: boolean }

/** One signature of a function, ready to be matched and called. The first parameter of a member is its target. */
export type Overload = {
  readonly name: string
  readonly isMember: boolean
  readonly parameters: readonly Slot[]
  readonly result: Slot
  /** Called only with arguments of the parameters' types. Returns a `Failure` instead of throwing. */
  readonly run: (...args: never[]) => Value
  readonly work: Work
  /** See `FunctionRow`. */
  readonly specialize: ((literals: readonly unknown[]) => Overload['run'] | Failure | undefined) | undefined
}

/** How the cost grows: not at all, with the size of the arguments, or as the function itself accounts for. */
export type Work = 'flat' | 'linear' | 'metered'

const NAMED: Readonly<Record<string, Type>> = {
  dyn: 'dyn',
  bool: 'bool',
  int: 'int',
  index: 'int',
  uint: 'uint',
  double: 'double',
  string: 'string',
  bytes: 'bytes',
  timestamp: 'timestamp',
  duration: 'duration',
  null: 'null',
  type: 'type',
}

/**
 * Reads a signature as the function tables write it: `split(string, index) -> list(string)` or
 * `string.split(string) -> list(string)` for a member. A capital letter stands for any type.
 *
 * @throws {Error} on a mistake in a table.
 */
export function readSignature(text: string): Pick<Overload, 'name' | 'isMember' | 'parameters' | 'result'> {
  const words: readonly string[] = text.match(/->|\w+|[().,]/g) ?? []
  let next = 0
  const take = (): string => words[next++] ?? ''
  const slot = (): Slot => {
    const word = take()
    if (word === 'list') return { type: { kind: 'list', item: inner(1)[0]! }, isIndex: false }
    if (word === 'map') {
      const [key, value] = inner(2)
      return { type: { kind: 'map', key: key!, value: value! }, isIndex: false }
    }
    const type = /^[A-Z]$/.test(word) ? ({ kind: 'variable', name: word } as const) : NAMED[word]
    if (type === undefined) throw new Error(`signature "${text}": unknown type "${word}"`)
    return { type, isIndex: word === 'index' }
  }
  const inner = (count: number): Type[] => {
    const types = Array.from({ length: count }, () => {
      take()
      return slot().type
    })
    take()
    return types
  }
  const parameters: Slot[] = []
  const isMember = words.includes('.')
  if (isMember) {
    parameters.push(slot())
    take()
  }
  const name = take()
  take()
  while (words[next] !== ')') {
    parameters.push(slot())
    if (words[next] === ',') next++
  }
  next += 2
  return { name, isMember, parameters, result: slot() }
}
