import { constant, quote } from '../../expression/emit-program.ts'
import { setOwn } from '../../ocsf/coerce.ts'
import { leftAsItIs, listAsItIs } from '../remainder.ts'
import { type Code, freshName, write } from './code.ts'
import type { Take } from './takes.ts'

/** What is taken of a value and of its members. */
type Node = { readonly tests: Take['test'][]; readonly members: Map<string | number, Node> }

const newNode = (): Node => ({ tests: [], members: new Map() })

/**
 * Writes what collects the parts of a value that the event does not hold, as `remainder` does.
 *
 * @returns the variable with what is left; `undefined` at run time when nothing is.
 */
export function writeRemainder(code: Code, value: string, takes: readonly Take[]): string {
  const root = newNode()
  for (const { path, test } of takes) {
    let node = root
    for (const step of path) {
      const next = node.members.get(step) ?? newNode()
      node.members.set(step, next)
      node = next
    }
    node.tests.push(test)
  }
  return writeLeft(code, root, value)
}

function writeLeft(code: Code, node: Node, value: string): string {
  const left = freshName(code, 'r')
  write(code, `let ${left}`)
  const whole = node.tests.map((test) => `(${test(value)})`).join(' || ')
  const start = whole === '' ? '' : `if (${whole}) {} else `
  if (node.members.size === 0) {
    write(code, `${start}${left} = ${asItIs(code)}(${value})`)
    return left
  }
  write(
    code,
    `${start}if (typeof ${value} !== "object" || ${value} === null) ${left} = ${asItIs(code)}(${value})`,
  )
  write(code, `else if (Array.isArray(${value})) {`)
  writeItems(code, node, { value, left })
  write(code, '} else {')
  writeMembers(code, node, { value, left })
  write(code, '}')
  return left
}

const asItIs = (code: Code): string => constant(code.emission, leftAsItIs)

type Names = { readonly value: string; readonly left: string }

function writeMembers(code: Code, node: Node, { value, left }: Names): void {
  const [name, item] = [freshName(code, 'k'), freshName(code, 'x')]
  write(code, `for (const ${name} in ${value}) {`, `const ${item} = ${value}[${name}]`, `switch (${name}) {`)
  for (const [step, member] of node.members) {
    if (typeof step === 'number') continue
    write(code, `case ${quote(step)}: {`)
    writeMember(code, member, { value: item, left, name })
    write(code, '}')
  }
  const own = constant(code.emission, setOwn)
  write(code, `case "__proto__": ${own}(${left} ??= {}, ${name}, ${item}); continue`, '}')
  writePut(code, { value: item, left, name })
  write(code, '}')
}

type Place = Names & { readonly name: string }

function writeMember(code: Code, member: Node, { value, left, name }: Place): void {
  if (member.members.size === 0) {
    write(code, `if (${member.tests.map((test) => `(${test(value)})`).join(' || ')}) continue`, 'break')
    return
  }
  const rest = writeLeft(code, member, value)
  write(code, `if (${rest} !== undefined) (${left} ??= {})[${name}] = ${rest}`, 'continue')
}

function writePut(code: Code, { value, left, name }: Place): void {
  const plain = `typeof ${value} === "string" || typeof ${value} === "boolean"`
  write(code, `if (${plain}) { (${left} ??= {})[${name}] = ${value}; continue }`)
  const json = freshName(code, 'j')
  write(code, `const ${json} = ${asItIs(code)}(${value})`)
  write(code, `if (${json} !== undefined) (${left} ??= {})[${name}] = ${json}`)
}

/** A list is left whole, unless every item of it is taken. */
function writeItems(code: Code, node: Node, { value, left }: Names): void {
  const items = [...node.members].filter(([step]) => typeof step === 'number')
  if (items.length === 0) {
    write(code, `${left} = ${constant(code.emission, listAsItIs)}(${value})`)
    return
  }
  const [index, item, label] = [freshName(code, 'i'), freshName(code, 'x'), freshName(code, 'L')]
  write(code, `${label}: for (let ${index} = 0; ${index} < ${value}.length; ${index}++) {`)
  write(code, `const ${item} = ${value}[${index}]`, `switch (${index}) {`)
  for (const [step, member] of items) {
    write(code, `case ${step}: {`)
    const rest = writeLeft(code, member, item)
    write(code, `if (${rest} === undefined) continue`, 'break }')
  }
  write(code, `default: if (${asItIs(code)}(${item}) === undefined) continue`, '}')
  write(code, `${left} = ${asItIs(code)}(${value})`, `break ${label}`, '}')
}
