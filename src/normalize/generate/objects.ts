import { constant } from '../../expression/emit-program.ts'
import { momentText } from '../moment.ts'
import { type Code, freshName, literal, write } from './code.ts'
import { type Group, membersIn, type Slot } from './sketch.ts'

/** A value in generated code. `fixed` is set when it is the same in all events: then it is one frozen object, shared. */
type Built = {
  readonly js: string
  readonly isCertain: boolean
  readonly fixed: { readonly value: unknown } | undefined
}
type Member = { readonly name: string; readonly built: Built }

/** Writes what makes the object of a group, children first: members in the order of the group, only those that are there. */
export function writeObject(code: Code, group: Group): Built {
  const members = membersIn(group).flatMap(([name, member]) => membersOf(code, String(name), member))
  if (group.isList) return writeList(code, members)
  if (members.every(({ built }) => built.fixed !== undefined)) return shared(code, members)
  const sure = members.filter(({ built }) => built.isCertain)
  const others = members.filter(({ built }) => !built.isCertain)
  const name = freshName(code, 'o')
  const fields = sure.map((member) => `${key(code, member)}: ${member.built.js}`).join(', ')
  const puts = others.map(
    (member) =>
      `if (${member.built.js} !== undefined) ${name}[${literal(code, member.name)}] = ${member.built.js}`,
  )
  if (sure.length > 0) {
    write(code, `const ${name} = { ${fields} }`, ...puts)
    return { js: name, isCertain: true, fixed: undefined }
  }
  const any = others.map(({ built }) => `${built.js} !== undefined`).join(' || ')
  write(code, `let ${name}`, `if (${any}) {`, `${name} = {}`, ...puts, '}')
  return { js: name, isCertain: false, fixed: undefined }
}

function membersOf(code: Code, name: string, node: Slot | Group): readonly Member[] {
  if (node.kind === 'group') {
    const built = writeObject(code, node)
    return isNothing(built) ? [] : [{ name, built }]
  }
  if (isNothing(node)) return []
  return node.attribute.type === 'timestamp_t' && !node.attribute.isArray
    ? [
        { name, built: node },
        { name: `${name}_dt`, built: twin(code, node) },
      ]
    : [{ name, built: node }]
}

const isNothing = ({ js }: Built): boolean => js === 'undefined'

/** The same moment as text. */
function twin(code: Code, { js, isCertain, fixed }: Slot): Built {
  if (fixed !== undefined) {
    const value = momentText(fixed.value as number)
    return { js: literal(code, value), isCertain: value !== undefined, fixed: { value } }
  }
  const name = freshName(code, 'd')
  const text = `${constant(code.emission, momentText)}(${js})`
  write(code, `const ${name} = ${isCertain ? text : `${js} === undefined ? undefined : ${text}`}`)
  return { js: name, isCertain: false, fixed: undefined }
}

function shared(code: Code, members: readonly Member[]): Built {
  if (members.length === 0) return { js: 'undefined', isCertain: false, fixed: undefined }
  const value = Object.freeze(
    Object.fromEntries(members.map(({ name, built }) => [name, built.fixed!.value])),
  )
  return { js: constant(code.emission, value), isCertain: true, fixed: { value } }
}

/** Without gaps. */
function writeList(code: Code, items: readonly Member[]): Built {
  if (items.length === 0) return { js: 'undefined', isCertain: false, fixed: undefined }
  if (items.every(({ built }) => built.fixed !== undefined)) {
    const value = Object.freeze(items.map(({ built }) => built.fixed!.value))
    return { js: constant(code.emission, value), isCertain: true, fixed: { value } }
  }
  const name = freshName(code, 'l')
  const isCertain = items.every(({ built }) => built.isCertain)
  if (isCertain) write(code, `const ${name} = [${items.map(({ built }) => built.js).join(', ')}]`)
  else {
    write(code, `let ${name}`)
    for (const { built } of items)
      write(code, `if (${built.js} !== undefined) (${name} ??= []).push(${built.js})`)
  }
  return { js: name, isCertain: isCertain, fixed: undefined }
}

const key = (code: Code, { name }: Member): string => literal(code, name)
