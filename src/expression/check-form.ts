import { at, broken, type Checker, type Locals, report, value } from './checker.ts'
import type { Syntax } from './syntax.ts'
import { children, type Local, type LoopName, type Node } from './tree.ts'
import { joinAll, kindOf, showType, type Type } from './types.ts'

type CallSyntax = Syntax & { kind: 'call' }

/** A form that is no ordinary call: it does not evaluate its arguments first, or names a variable. */
type Form = {
  readonly applies: (syntax: CallSyntax) => boolean
  readonly check: (checker: Checker, syntax: CallSyntax, locals: Locals) => Node
}

const isGlobal = (syntax: CallSyntax): boolean => syntax.target === undefined
const isMember = (syntax: CallSyntax): boolean => syntax.target !== undefined

export const FORMS: ReadonlyMap<string, Form> = new Map<string, Form>([
  ['has', { applies: isGlobal, check: checkHas }],
  ['default', { applies: isGlobal, check: checkFallback }],
  ['coalesce', { applies: isGlobal, check: checkFallback }],
  ['orValue', { applies: isMember, check: checkOrValue }],
  ['hasValue', { applies: isMember, check: checkHasValue }],
  ['all', loop('all')],
  ['exists', loop('exists')],
  ['exists_one', loop('exists_one')],
  ['existsOne', loop('exists_one')],
  ['map', loop('map')],
  ['filter', loop('filter')],
])

export const FORM_NAMES: readonly string[] = [...FORMS.keys()]

function checkHas(checker: Checker, syntax: CallSyntax, locals: Locals): Node {
  const [arg] = syntax.args
  if (syntax.args.length !== 1 || arg?.kind !== 'select')
    return misuse(checker, syntax, 'has() takes one field, as in has(record.actor)')
  const select = checker.check({ ...arg, optional: false }, locals)
  if (select.kind !== 'select') return broken(syntax)
  if (kindOf(select.type) === 'optional') return { kind: 'present', ...at(syntax, 'bool'), target: select }
  return { kind: 'has', ...at(syntax, 'bool'), target: select.target, field: select.field }
}

function misuse(checker: Checker, syntax: CallSyntax, message: string): Node {
  report(checker, 'EXPRESSION_TYPE', message, syntax)
  return broken(syntax)
}

function checkFallback(checker: Checker, syntax: CallSyntax, locals: Locals): Node {
  const isDefault = syntax.name === 'default'
  if (isDefault ? syntax.args.length !== 2 : syntax.args.length === 0)
    return misuse(
      checker,
      syntax,
      isDefault ? 'default() takes a value and a fallback' : 'coalesce() takes values',
    )
  const options = syntax.args.map((arg) => value(checker, arg, locals))
  const type = joinAll(options.map((option) => option.type))
  return { kind: 'fallback', ...at(syntax, type), options, skipsNull: true }
}

function checkOrValue(checker: Checker, syntax: CallSyntax, locals: Locals): Node {
  if (syntax.args.length !== 1) return misuse(checker, syntax, 'orValue() takes one fallback')
  const target = optionalTarget(checker, syntax, locals)
  if (target === undefined) return broken(syntax)
  const fallback = value(checker, syntax.args[0]!, locals)
  const type = joinAll([unwrap(target.type), fallback.type])
  return { kind: 'fallback', ...at(syntax, type), options: [target, fallback], skipsNull: false }
}

function checkHasValue(checker: Checker, syntax: CallSyntax, locals: Locals): Node {
  if (syntax.args.length !== 0) return misuse(checker, syntax, 'hasValue() takes no argument')
  const target = optionalTarget(checker, syntax, locals)
  return target === undefined ? broken(syntax) : { kind: 'present', ...at(syntax, 'bool'), target }
}

function unwrap(type: Type): Type {
  return typeof type !== 'string' && type.kind === 'optional' ? type.of : type
}

function optionalTarget(checker: Checker, syntax: CallSyntax, locals: Locals): Node | undefined {
  const target = checker.check(syntax.target!, locals)
  if (kindOf(target.type) === 'optional') return target
  const message = `${syntax.name}() belongs to an optional, not to a ${showType(target.type)}`
  report(checker, 'EXPRESSION_TYPE', message, { at: syntax.at, hint: 'read the field as value.?field' })
  return undefined
}

function loop(macro: LoopName): Form {
  return {
    applies: isMember,
    check: (checker, syntax, locals) => checkLoop(checker, syntax, { macro, locals }),
  }
}

type LoopContext = { readonly macro: LoopName; readonly locals: Locals }

function checkLoop(checker: Checker, syntax: CallSyntax, { macro, locals }: LoopContext): Node {
  const [name, first, second] = syntax.args
  const isThree = macro === 'map' && second !== undefined
  if (name?.kind !== 'name' || first === undefined || syntax.args.length !== (isThree ? 3 : 2))
    return misuse(checker, syntax, `${syntax.name}() takes a variable's name and an expression`)
  const range = value(checker, syntax.target!, locals)
  const item = rangeItem(range.type)
  if (item === undefined)
    return misuse(
      checker,
      syntax,
      `${syntax.name}() goes over a list or a map, not a ${showType(range.type)}`,
    )
  const depth = (locals?.depth ?? 0) + 1
  if (depth > checker.limits.loopNesting) reportNesting(checker, syntax)
  const variable: Local = { kind: 'local', at: name.at, type: item, id: checker.locals++, name: name.name }
  const inside: Locals = { variable, outer: locals, depth }
  const test = macro === 'map' && !isThree ? undefined : condition(checker, first, inside)
  const body = macro === 'map' ? value(checker, isThree ? second : first, inside) : undefined
  const weight = 1 + count(test) + count(body)
  const type = loopType(macro, item, body)
  return { kind: 'loop', ...at(syntax, type), macro, range, variable, test, body, weight }
}

function reportNesting(checker: Checker, syntax: CallSyntax): void {
  const message = `loops nested deeper than ${checker.limits.loopNesting}`
  report(checker, 'EXPRESSION_COST', message, { at: syntax.at, hint: 'split it, or flatten the list first' })
}

function condition(checker: Checker, syntax: Syntax, locals: Locals): Node {
  const node = value(checker, syntax, locals)
  if (kindOf(node.type) !== 'bool' && kindOf(node.type) !== 'dyn')
    report(checker, 'EXPRESSION_TYPE', `must be true or false, not ${showType(node.type)}`, syntax)
  return node
}

/** What the variable of a loop is: an item of the list, a key of the map. */
function rangeItem(type: Type): Type | undefined {
  if (type === 'dyn') return 'dyn'
  if (typeof type === 'string') return undefined
  if (type.kind === 'list') return type.item
  return type.kind === 'map' ? type.key : undefined
}

function loopType(macro: LoopName, item: Type, body: Node | undefined): Type {
  if (macro === 'map') return { kind: 'list', item: body?.type ?? 'dyn' }
  return macro === 'filter' ? { kind: 'list', item } : 'bool'
}

/** The parts of one round, without those of the loops inside it: they charge for themselves. */
function count(node: Node | undefined): number {
  if (node === undefined) return 0
  if (node.kind === 'loop') return 1 + count(node.range)
  return children(node).reduce((sum, child) => sum + count(child), 1)
}
