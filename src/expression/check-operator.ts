import { at, broken, type Checker, type Locals, report, value } from './checker.ts'
import type { Syntax } from './syntax.ts'
import type { Node, OperatorName } from './tree.ts'
import { canEqual, isNumber, join, kindOf, showType, type Type } from './types.ts'

type CallSyntax = Syntax & { kind: 'call' }

/** Operand kinds and result of the arithmetic operators, as in CEL's standard definitions. */
const ARITHMETIC: Readonly<Record<string, readonly string[]>> = {
  '+': [
    'int int int',
    'uint uint uint',
    'double double double',
    'string string string',
    'bytes bytes bytes',
    'list list list',
    'timestamp duration timestamp',
    'duration timestamp timestamp',
    'duration duration duration',
  ],
  '-': [
    'int int int',
    'uint uint uint',
    'double double double',
    'timestamp timestamp duration',
    'timestamp duration timestamp',
    'duration duration duration',
  ],
  '*': ['int int int', 'uint uint uint', 'double double double'],
  '/': ['int int int', 'uint uint uint', 'double double double'],
  '%': ['int int int', 'uint uint uint'],
}

const ORDERED: ReadonlySet<string> = new Set(
  'bool int uint double string bytes timestamp duration dyn'.split(' '),
)

/** Checks a call that is an operator; `undefined` when it is not one. */
export function checkOperator(checker: Checker, syntax: CallSyntax, locals: Locals): Node | undefined {
  const { name } = syntax
  if (name === '_&&_' || name === '_||_') return checkLogic(checker, syntax, locals)
  if (name === '_?_:_') return checkChoose(checker, syntax, locals)
  if (name === '_[_]' || name === '_[?_]') return checkIndex(checker, syntax, locals)
  if (name === '!_' || name === '-_') return checkUnary(checker, syntax, locals)
  if (name !== '@in' && !/^_\W+_$/.test(name)) return undefined
  const operator = (name === '@in' ? 'in' : name.slice(1, -1)) as OperatorName
  const args = syntax.args.map((arg) => value(checker, arg, locals))
  const type = binaryType(operator, args[0]!.type, args[1]!.type)
  if (type !== undefined) return { kind: 'operator', ...at(syntax, type), operator, args }
  return mismatch(checker, syntax, operator, args)
}

function binaryType(operator: OperatorName, left: Type, right: Type): Type | undefined {
  switch (operator) {
    case '==':
    case '!=':
      return canEqual(left, right) ? 'bool' : undefined
    case '<':
    case '<=':
    case '>':
    case '>=':
      return canEqual(left, right) && ORDERED.has(kindOf(left)) && ORDERED.has(kindOf(right))
        ? 'bool'
        : undefined
    case 'in':
      return inType(left, right)
    default:
      return arithmeticType(operator, left, right)
  }
}

function inType(item: Type, holder: Type): Type | undefined {
  if (holder === 'dyn') return 'bool'
  if (typeof holder === 'string') return undefined
  if (holder.kind === 'list') return canEqual(item, holder.item) ? 'bool' : undefined
  return holder.kind === 'map' && canEqual(item, holder.key) ? 'bool' : undefined
}

function arithmeticType(operator: string, left: Type, right: Type): Type | undefined {
  const rows = ARITHMETIC[operator]!.map((row) => row.split(' ')).filter(
    ([a, b]) => isKind(left, a!) && isKind(right, b!),
  )
  const results = new Set(rows.map((row) => row[2]!))
  if (results.size === 0) return undefined
  const [result] = results
  if (results.size > 1) return 'dyn'
  return result === 'list' ? join(asList(left), asList(right)) : (result as Type)
}

function isKind(type: Type, kind: string): boolean {
  return type === 'dyn' || kindOf(type) === kind
}

function asList(type: Type): Type {
  return type === 'dyn' ? { kind: 'list', item: 'dyn' } : type
}

function mismatch(checker: Checker, syntax: CallSyntax, operator: string, args: readonly Node[]): Node {
  const [left, right] = args.map((arg) => arg.type) as [Type, Type]
  const both = `${showType(left)} ${operator} ${showType(right)}`
  const message =
    operator === '==' || operator === '!=' ? `${both} can never be equal` : `${both} is not defined`
  report(checker, 'EXPRESSION_TYPE', message, { at: syntax.at, hint: mismatchHint(operator, left, right) })
  return broken(syntax)
}

function mismatchHint(operator: string, left: Type, right: Type): string | undefined {
  if (isNumber(left) && isNumber(right)) return 'convert one side with int(…) or double(…)'
  if (operator === '+' && (left === 'string' || right === 'string'))
    return 'convert the other side with string(…)'
  return undefined
}

function checkLogic(checker: Checker, syntax: CallSyntax, locals: Locals): Node {
  const operator = syntax.name === '_&&_' ? '&&' : '||'
  const terms = chain(syntax).map((term) => condition(checker, term, locals, operator))
  return { kind: 'logic', ...at(syntax, 'bool'), operator, terms }
}

/** The terms of `a && b && c`, however they are grouped to the left. */
function chain(syntax: CallSyntax): readonly Syntax[] {
  const terms: Syntax[] = []
  let rest: Syntax = syntax
  while (rest.kind === 'call' && rest.name === syntax.name) {
    terms.unshift(rest.args[1]!)
    rest = rest.args[0]!
  }
  return [rest, ...terms]
}

/** Checks a part that must be true or false. */
function condition(checker: Checker, syntax: Syntax, locals: Locals, what: string): Node {
  const node = value(checker, syntax, locals)
  const kind = kindOf(node.type)
  if (kind !== 'bool' && kind !== 'dyn')
    report(checker, 'EXPRESSION_TYPE', `${what} takes true or false, not ${showType(node.type)}`, syntax)
  return node
}

function checkChoose(checker: Checker, syntax: CallSyntax, locals: Locals): Node {
  const test = condition(checker, syntax.args[0]!, locals, '?')
  const yes = checker.check(syntax.args[1]!, locals)
  const no = checker.check(syntax.args[2]!, locals)
  return { kind: 'choose', ...at(syntax, join(yes.type, no.type)), test, yes, no }
}

function checkUnary(checker: Checker, syntax: CallSyntax, locals: Locals): Node {
  const isNot = syntax.name === '!_'
  const arg = isNot
    ? condition(checker, syntax.args[0]!, locals, '!')
    : value(checker, syntax.args[0]!, locals)
  const kind = kindOf(arg.type)
  if (!isNot && kind !== 'int' && kind !== 'double' && kind !== 'dyn') {
    report(checker, 'EXPRESSION_TYPE', `a ${showType(arg.type)} cannot be negated`, syntax)
    return broken(syntax)
  }
  const type = isNot ? 'bool' : arg.type
  return { kind: 'operator', ...at(syntax, type), operator: isNot ? '!' : 'negate', args: [arg] }
}

function checkIndex(checker: Checker, syntax: CallSyntax, locals: Locals): Node {
  const target = checker.check(syntax.args[0]!, locals)
  const key = value(checker, syntax.args[1]!, locals)
  const inner = itemType(target.type, key.type)
  if (inner === undefined) {
    const message = `a ${showType(target.type)} cannot be indexed by a ${showType(key.type)}`
    report(checker, 'EXPRESSION_TYPE', message, syntax)
    return broken(syntax)
  }
  const isOptional = syntax.name === '_[?_]' || kindOf(target.type) === 'optional'
  const type: Type = isOptional ? { kind: 'optional', of: inner } : inner
  return { kind: 'index', ...at(syntax, type), target, key, isOptional }
}

const LIST_INDEX: ReadonlySet<string> = new Set(['int', 'dyn'])

function itemType(holder: Type, key: Type): Type | undefined {
  if (holder === 'dyn') return 'dyn'
  if (typeof holder === 'string') return undefined
  if (holder.kind === 'optional') return itemType(holder.of, key)
  if (holder.kind === 'list') return LIST_INDEX.has(kindOf(key)) ? holder.item : undefined
  return holder.kind === 'map' && canEqual(holder.key, key) ? holder.value : undefined
}
