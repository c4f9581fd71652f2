import type { Scope } from '../model/expression.ts'
import { checkCall } from './check-call.ts'
import { FORMS } from './check-form.ts'
import { checkOperator } from './check-operator.ts'
import { at, broken, type Checker, type Locals, report, reportName, value } from './checker.ts'
import type { Limits } from './limits.ts'
import type { ExpressionProblem } from './problem.ts'
import { TYPE_VALUES } from './runtime/kind.ts'
import type { Syntax } from './syntax.ts'
import type { Node } from './tree.ts'
import { joinAll, kindOf, showType, type Type, typeOfName } from './types.ts'

export type Checked = { readonly tree: Node; readonly problems: readonly ExpressionProblem[] }

/** Resolves names and functions and gives every part its type. All problems are reported, not only the first. */
export function check(syntax: Syntax, scope: Scope, limits: Limits): Checked {
  const problems: ExpressionProblem[] = []
  const checker: Checker = {
    scope,
    limits,
    problems,
    locals: 0,
    check: (part, locals) => checkPart(checker, part, locals),
  }
  const tree = value(checker, syntax, undefined)
  return { tree, problems }
}

function checkPart(checker: Checker, syntax: Syntax, locals: Locals): Node {
  switch (syntax.kind) {
    case 'literal':
      return { kind: 'literal', ...at(syntax, literalType(syntax.value)), value: syntax.value }
    case 'name':
      return checkName(checker, syntax, locals)
    case 'select':
      return checkSelect(checker, syntax, locals)
    case 'list': {
      const items = syntax.items.map((item) => value(checker, item, locals))
      return {
        kind: 'list',
        ...at(syntax, { kind: 'list', item: joinAll(items.map((item) => item.type)) }),
        items,
      }
    }
    case 'map':
      return checkMap(checker, syntax, locals)
    case 'call': {
      const form = FORMS.get(syntax.name)
      if (form?.applies(syntax)) return form.check(checker, syntax, locals)
      return checkOperator(checker, syntax, locals) ?? checkCall(checker, syntax, locals)
    }
  }
}

function literalType(literal: unknown): Type {
  switch (typeof literal) {
    case 'string':
      return 'string'
    case 'number':
      return 'double'
    case 'bigint':
      return 'int'
    case 'boolean':
      return 'bool'
    default:
      if (literal === null) return 'null'
      return literal instanceof Uint8Array ? 'bytes' : 'uint'
  }
}

function checkName(checker: Checker, syntax: Syntax & { kind: 'name' }, locals: Locals): Node {
  for (let local = locals; local !== undefined; local = local.outer)
    if (local.variable.name === syntax.name) return local.variable
  const { name } = syntax
  if (Object.hasOwn(checker.scope, name))
    return { kind: 'name', ...at(syntax, typeOfName(checker.scope[name]!)), name }
  const type = Object.hasOwn(TYPE_VALUES, name) ? TYPE_VALUES[name] : undefined
  if (type !== undefined) return { kind: 'literal', ...at(syntax, 'type'), value: type }
  reportName(checker, syntax, locals)
  return broken(syntax)
}

/** `google.protobuf.Timestamp` and `…Duration` are the only names with dots. */
function messageType(syntax: Syntax & { kind: 'select' }): Node | undefined {
  const { target, field } = syntax
  if (target.kind !== 'select' || target.field !== 'protobuf' || target.target.kind !== 'name')
    return undefined
  if (target.target.name !== 'google') return undefined
  const value = TYPE_VALUES[`google.protobuf.${field}`]
  return value && { kind: 'literal', ...at(syntax, 'type'), value }
}

function checkSelect(checker: Checker, syntax: Syntax & { kind: 'select' }, locals: Locals): Node {
  const type = messageType(syntax)
  if (type !== undefined) return type
  const target = checker.check(syntax.target, locals)
  const inner = fieldType(target.type)
  if (inner === undefined) {
    report(checker, 'EXPRESSION_TYPE', `a ${showType(target.type)} has no field "${syntax.field}"`, syntax)
    return broken(syntax)
  }
  const isOptional = syntax.optional || kindOf(target.type) === 'optional'
  const result: Type = isOptional ? { kind: 'optional', of: inner } : inner
  return { kind: 'select', ...at(syntax, result), target, field: syntax.field, isOptional }
}

/** What a field of such a value is; `undefined` when it has no fields. */
function fieldType(type: Type): Type | undefined {
  if (type === 'dyn') return 'dyn'
  if (typeof type === 'string') return undefined
  if (type.kind === 'map') return type.value
  return type.kind === 'optional' ? fieldType(type.of) : undefined
}

const KEY_KINDS: ReadonlySet<string> = new Set(['dyn', 'string', 'int', 'uint', 'bool'])

function checkMap(checker: Checker, syntax: Syntax & { kind: 'map' }, locals: Locals): Node {
  const entries = syntax.entries.map((entry) => {
    const key = value(checker, entry.key, locals)
    if (!KEY_KINDS.has(kindOf(key.type)))
      report(checker, 'EXPRESSION_TYPE', `a ${showType(key.type)} cannot be the key of a map`, entry.key)
    return { key, value: value(checker, entry.value, locals) }
  })
  const type: Type = {
    kind: 'map',
    key: joinAll(entries.map((entry) => entry.key.type)),
    value: joinAll(entries.map((entry) => entry.value.type)),
  }
  return { kind: 'map', ...at(syntax, type), entries }
}
