import { Failure, Instant, Span, Unsigned } from '../model/expression.ts'
import {
  atom,
  boxed,
  constant,
  type Emission,
  type Fail,
  fresh,
  line,
  type Operand,
  plainNumber,
  quote,
  temp,
} from './emission.ts'
import type { Overload, Slot } from './overload.ts'
import { isMap, noOverload, TypeValue } from './runtime/kind.ts'
import { EXHAUSTED, meter, spendOn } from './runtime/meter.ts'
import type { Call } from './tree.ts'
import { fit, kindOf, type Type } from './types.ts'

/** Outside loops only texts and lists longer than this are charged for: an expression has few calls. */
const FREE_LENGTH = 4096

/** Writes a call: direct when the types are known, otherwise behind a check of the arguments for each signature. */
export function emitCall(emission: Emission, node: Call, fail: Fail): Operand {
  const args = node.args.map((arg) => {
    const value = emission.emit(emission, arg, fail)
    return { ...value, js: atom(emission, value) }
  })
  const isIndex = node.overloads.every((overload) => overload.result.isIndex)
  const [only] = node.overloads
  if (node.isSure && only !== undefined) {
    charge(emission, { overload: only, args, fail })
    const result = temp(emission, callText(emission, only, args))
    line(emission, ifFailed(emission, { type: only.result.type, result, fail }))
    return { js: result, type: node.type, isIndex, node }
  }
  return { ...emitDispatch(emission, { node, args, isIndex, fail }), node }
}

type Dispatch = {
  readonly node: Call
  readonly args: readonly Operand[]
  readonly isIndex: boolean
  readonly fail: Fail
}

/** Tries the signatures in turn. */
function emitDispatch(emission: Emission, { node, args, isIndex, fail }: Dispatch): Omit<Operand, 'node'> {
  const result = fresh(emission, 'r')
  line(emission, `let ${result}`)
  for (const overload of node.overloads) {
    line(emission, `if (${guards(emission, overload, args)}) {`)
    charge(emission, { overload, args, fail })
    const js = callText(emission, overload, args)
    const isBoxed = overload.result.isIndex && !isIndex
    line(emission, `${result} = ${js}`)
    line(emission, ifFailed(emission, { type: overload.result.type, result, fail }))
    line(emission, `${isBoxed ? `${result} = BigInt(${result})\n` : ''}} else`)
  }
  const given = args.map(boxed)
  const nothing = `${constant(emission, noOverload)}(${[quote(node.name), ...given].join(', ')})`
  line(emission, `{ ${fail(nothing)} }`)
  return { js: result, type: node.type, isIndex }
}

function callText(emission: Emission, overload: Overload, args: readonly Operand[]): string {
  const given = args.map((arg, i) => argumentText(arg, overload.parameters[i]!))
  return `${constant(emission, overload.run)}(${given.join(', ')})`
}

function argumentText(arg: Operand, slot: Slot): string {
  if (!slot.isIndex) return boxed(arg)
  return plainNumber(arg) ?? `Number(${arg.js})`
}

type Failed = { readonly type: Type; readonly result: string; readonly fail: Fail }

const PRIMITIVE: Readonly<Record<string, string>> = { bool: 'boolean', string: 'string', double: 'number' }

/** The cheapest test that tells a failure from a value of the declared type. */
function ifFailed(emission: Emission, { type, result, fail }: Failed): string {
  const primitive = PRIMITIVE[kindOf(type)]
  const isFailed =
    primitive === undefined
      ? `${result} instanceof ${constant(emission, Failure)}`
      : `typeof ${result} !== "${primitive}"`
  return `if (${isFailed}) ${fail(result)}`
}

type Charge = { readonly overload: Overload; readonly args: readonly Operand[]; readonly fail: Fail }

const SIZED: ReadonlySet<string> = new Set(['string', 'bytes', 'list'])

function charge(emission: Emission, { overload, args, fail }: Charge): void {
  if (overload.work === 'flat') return
  emission.isMetered = true
  if (overload.work === 'metered') return
  const exhausted = constant(emission, EXHAUSTED)
  overload.parameters.forEach((slot, i) => {
    const { js, node } = args[i]!
    if (node.kind === 'literal' || !SIZED.has(kindOf(slot.type))) return
    if (emission.loops > 0)
      line(
        emission,
        `if ((${constant(emission, meter)}.left -= 1 + (${js}.length >> 2)) < 0) ${fail(exhausted)}`,
      )
    else
      line(
        emission,
        `if (${js}.length > ${FREE_LENGTH} && ${constant(emission, spendOn)}(${js}.length)) ${fail(exhausted)}`,
      )
  })
}

function guards(emission: Emission, overload: Overload, args: readonly Operand[]): string {
  const needed = overload.parameters.flatMap((slot, i) => {
    const { js, type } = args[i]!
    return fit(slot.type, type, new Map()) === 'sure' ? [] : [guard(emission, slot, js)]
  })
  return needed.length === 0 ? 'true' : needed.join(' && ')
}

/** A JavaScript test for one type. */
function guard(emission: Emission, slot: Slot, js: string): string {
  if (slot.isIndex) return `(typeof ${js} === "bigint" || Number.isInteger(${js}))`
  const kind = kindOf(slot.type)
  const primitive = kind === 'int' ? 'bigint' : PRIMITIVE[kind]
  if (primitive !== undefined) return `typeof ${js} === "${primitive}"`
  if (kind === 'list') return `Array.isArray(${js})`
  if (kind === 'map') return `${constant(emission, isMap)}(${js})`
  if (kind === 'null') return `${js} === null`
  return `${js} instanceof ${constant(emission, CLASSES[kind])}`
}

const CLASSES: Readonly<Record<string, unknown>> = {
  timestamp: Instant,
  duration: Span,
  bytes: Uint8Array,
  uint: Unsigned,
  type: TypeValue,
}
