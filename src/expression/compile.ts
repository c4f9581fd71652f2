import type { Program, Scope } from '../model/expression.ts'
import { check } from './check.ts'
import { LIMITS, type Limits } from './limits.ts'
import { parse } from './parse.ts'
import type { ExpressionProblem } from './problem.ts'
import { programOf } from './program.ts'

export type { ExpressionProblem } from './problem.ts'
export { compileTemplate } from './template.ts'

export type Compiled = { readonly program: Program } | { readonly problems: readonly ExpressionProblem[] }

/**
 * Parses, checks and compiles one CEL expression. Never throws on what an author can write.
 *
 * @param scope the names it may use. Anything else is a problem, reported with what was probably meant.
 */
export function compileExpression(source: string, scope: Scope, limits: Limits = LIMITS): Compiled {
  if (source.length > limits.sourceCharacters) return { problems: [tooLong(limits)] }
  const parsed = parse(source, { from: 0, isPart: false, limits })
  if (parsed.end === undefined) return { problems: [parsed.problem] }
  const { tree, problems } = check(parsed.syntax, scope, limits)
  return problems.length > 0 ? { problems } : { program: programOf(source, tree, limits) }
}

export function tooLong(limits: Limits): ExpressionProblem {
  return {
    code: 'EXPRESSION_COST',
    message: `the expression is longer than ${limits.sourceCharacters} characters`,
    offset: limits.sourceCharacters,
  }
}
