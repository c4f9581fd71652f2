import { nearest } from '../lib/nearest.ts'
import type { Scope } from '../model/expression.ts'
import type { Limits } from './limits.ts'
import type { ExpressionProblem } from './problem.ts'
import type { Syntax } from './syntax.ts'
import type { Local, Node } from './tree.ts'
import { kindOf, showType, type Type } from './types.ts'

/** What the parts of the checker share. `check` is passed along so that they need not import each other. */
export type Checker = {
  readonly scope: Scope
  readonly limits: Limits
  readonly problems: ExpressionProblem[]
  /** How many loop variables there are so far. */
  locals: number
  readonly check: (syntax: Syntax, locals: Locals) => Node
}

/** Loop variables in scope, innermost first. */
export type Locals = { readonly variable: Local; readonly outer: Locals; readonly depth: number } | undefined

export function at(syntax: Syntax, type: Type): { readonly at: number; readonly type: Type } {
  return { at: syntax.at, type }
}

/** Stands for a part that was reported: `dyn`, so that it causes no second problem. */
export function broken(syntax: Syntax): Node {
  return { kind: 'literal', at: syntax.at, type: 'dyn', value: null }
}

export function report(
  checker: Checker,
  code: ExpressionProblem['code'],
  message: string,
  where: { readonly at: number; readonly hint?: string | undefined },
): void {
  const { at: offset, hint } = where
  checker.problems.push({ code, message, offset, ...(hint === undefined ? {} : { hint }) })
}

/** Checks a part that must have a value of its own: an optional is refused here. */
export function value(checker: Checker, syntax: Syntax, locals: Locals): Node {
  const node = checker.check(syntax, locals)
  if (kindOf(node.type) !== 'optional') return node
  const hint = 'add .orValue(…), or ask .hasValue()'
  report(checker, 'EXPRESSION_TYPE', `${showType(node.type)} may have no value`, { at: syntax.at, hint })
  return broken(syntax)
}

export function reportName(checker: Checker, syntax: Syntax & { kind: 'name' }, locals: Locals): void {
  const names = Object.keys(checker.scope)
  for (let local = locals; local !== undefined; local = local.outer) names.push(local.variable.name)
  const meant = nearest(syntax.name, names)
  const known = names.length === 0 ? 'no name is known here' : `known here: ${names.join(', ')}`
  const hint = meant === undefined ? known : `did you mean "${meant}"?`
  report(checker, 'EXPRESSION_NAME', `unknown name "${syntax.name}"`, { at: syntax.at, hint })
}
