import {
  atom,
  boxed,
  capture,
  constant,
  type Emission,
  type Fail,
  fresh,
  line,
  type Operand,
} from './emission.ts'
import { isMap, noOverload, notBoolean } from './runtime/kind.ts'
import { mapKeys } from './runtime/map.ts'
import { EXHAUSTED, meter } from './runtime/meter.ts'
import type { Loop, Node } from './tree.ts'

/** Writes a macro as a `for` loop that counts its steps. */
export function emitLoop(emission: Emission, node: Loop, fail: Fail): Operand {
  const list = emitRange(emission, node.range, fail)
  const result = fresh(emission, 'r')
  const loop: LoopCode = { node, fail, result, done: fresh(emission, 'L'), list }
  emission.isMetered = true
  emission.loops++
  ROUNDS[node.macro](emission, loop)
  emission.loops--
  return { js: result, type: node.type, isIndex: false, node }
}

type LoopCode = {
  readonly node: Loop
  readonly fail: Fail
  readonly result: string
  readonly done: string
  readonly list: string
}

/** What is gone over: the list itself, or the keys of a map. */
function emitRange(emission: Emission, range: Node, fail: Fail): string {
  const value = atom(emission, emission.emit(emission, range, fail))
  if (typeof range.type !== 'string' && range.type.kind === 'list') return value
  const name = fresh(emission, 't')
  const keys = `${constant(emission, keysOf)}(${value})`
  line(emission, `const ${name} = Array.isArray(${value}) ? ${value} : ${keys}`)
  line(emission, `if (!Array.isArray(${name})) ${fail(name)}`)
  return name
}

function keysOf(value: unknown): unknown {
  return isMap(value) ? mapKeys(value) : noOverload('for each', value)
}

const ROUNDS: Readonly<Record<Loop['macro'], (emission: Emission, loop: LoopCode) => void>> = {
  all: (emission, loop) => emitQuantifier(emission, loop, 'false'),
  exists: (emission, loop) => emitQuantifier(emission, loop, 'true'),
  exists_one: emitExistsOne,
  map: emitMapping,
  filter: emitMapping,
}

function openLoop(emission: Emission, { node, fail, list, done }: LoopCode): void {
  const i = fresh(emission, 'i')
  const left = `${constant(emission, meter)}.left`
  line(emission, `${done}: for (let ${i} = 0; ${i} < ${list}.length; ${i}++) {`)
  line(emission, `if ((${left} -= ${node.weight}) < 0) ${fail(constant(emission, EXHAUSTED))}`)
  line(emission, `const v${node.variable.id} = ${list}[${i}]`)
}

/** `all` and `exists`: one deciding item settles it; a failing item matters only if none does. */
function emitQuantifier(emission: Emission, loop: LoopCode, deciding: string): void {
  const { result, done } = loop
  const label = fresh(emission, 'L')
  line(emission, `let ${result} = ${deciding === 'true' ? 'false' : 'true'}`)
  openLoop(emission, loop)
  const { lines, result: test } = capture(emission, () =>
    emission.emit(emission, loop.node.test!, (failure) => `{ ${result} = ${failure}; break ${label} }`),
  )
  line(emission, `${label}: {`)
  emission.lines.push(...lines)
  const value = atom(emission, test)
  line(emission, `if (${value} === ${deciding}) { ${result} = ${deciding}; break ${done} }`)
  if (test.type !== 'bool')
    line(emission, `if (typeof ${value} !== "boolean") ${result} = ${notBool(emission, value)}`)
  line(emission, `}\n}\nif (typeof ${result} !== "boolean") ${loop.fail(result)}`)
}

function notBool(emission: Emission, value: string): string {
  return `${constant(emission, notBoolean)}(${value})`
}

/** Writes the loop's test; fails when it is no boolean. */
function emitTest(emission: Emission, { node, fail }: LoopCode): string {
  const test = emission.emit(emission, node.test!, fail)
  if (test.type === 'bool') return test.js
  const value = atom(emission, test)
  line(emission, `if (typeof ${value} !== "boolean") ${fail(notBool(emission, value))}`)
  return value
}

function emitExistsOne(emission: Emission, loop: LoopCode): void {
  const count = fresh(emission, 'n')
  line(emission, `let ${count} = 0`)
  openLoop(emission, loop)
  line(emission, `if (${emitTest(emission, loop)}) ${count}++\n}\nconst ${loop.result} = ${count} === 1`)
}

function emitMapping(emission: Emission, loop: LoopCode): void {
  const { node, result } = loop
  line(emission, `const ${result} = []`)
  openLoop(emission, loop)
  if (node.test !== undefined) line(emission, `if (!(${emitTest(emission, loop)})) continue`)
  const item =
    node.body === undefined ? `v${node.variable.id}` : boxed(emission.emit(emission, node.body, loop.fail))
  line(emission, `${result}.push(${item})\n}`)
}
