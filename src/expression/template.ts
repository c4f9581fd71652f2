import {
  type Env,
  Failure,
  type Program,
  type Scope,
  type Template,
  type Value,
} from '../model/expression.ts'
import { check } from './check.ts'
import { LIMITS, type Limits } from './limits.ts'
import { parse } from './parse.ts'
import type { ExpressionProblem } from './problem.ts'
import { programOf } from './program.ts'
import { TEXT_TOO_LONG } from './runtime/meter.ts'
import { textOf } from './runtime/text-of.ts'

export type CompiledTemplate =
  | { readonly template: Template }
  | { readonly problems: readonly ExpressionProblem[] }

/**
 * Compiles a text with `{{ expression }}` parts; `\{{` stands for a literal `{{`. Offsets of problems count from the start of
 * the whole text. A `}}` inside a string or a map of the expression does not end the part.
 */
export function compileTemplate(text: string, scope: Scope, limits: Limits = LIMITS): CompiledTemplate {
  const problems: ExpressionProblem[] = []
  const parts: (string | Program)[] = []
  let from = 0
  for (;;) {
    const open = nextOpening(text, from)
    const between = unescapeBraces(text.slice(from, open))
    if (between !== '') parts.push(between)
    if (open === undefined) break
    const part = compilePart(text, open + 2, { scope, limits })
    problems.push(...part.problems)
    if (part.end === undefined) break
    if (part.program !== undefined) parts.push(part.program)
    from = part.end
  }
  return problems.length > 0 ? { problems } : { template: templateOf(text, parts, limits) }
}

function nextOpening(text: string, from: number): number | undefined {
  for (let open = text.indexOf('{{', from); open !== -1; open = text.indexOf('{{', open + 2))
    if (open === 0 || text[open - 1] !== '\\') return open
  return undefined
}

function unescapeBraces(text: string): string {
  return text.replaceAll('\\{{', '{{')
}

type PartContext = { readonly scope: Scope; readonly limits: Limits }
type Part = {
  readonly problems: readonly ExpressionProblem[]
  readonly program?: Program
  /** Behind the closing braces; absent when the part has no end to go on from. */
  readonly end?: number
}

function compilePart(text: string, from: number, { scope, limits }: PartContext): Part {
  const parsed = parse(text, { from, isPart: true, limits })
  if (parsed.end === undefined) return { problems: [parsed.problem], ...nextPart(text, from) }
  if (!text.startsWith('}}', parsed.end)) return { problems: [notClosed(from)] }
  const { tree, problems } = check(parsed.syntax, scope, limits)
  const end = parsed.end + 2
  const source = text.slice(from, parsed.end).trim()
  return problems.length > 0 ? { problems, end } : { problems, end, program: programOf(source, tree, limits) }
}

/** After a syntax error, the next `}}` is as good a guess as any of where the part ends. */
function nextPart(text: string, from: number): Pick<Part, 'end'> {
  const close = text.indexOf('}}', from)
  return close === -1 ? {} : { end: close + 2 }
}

function notClosed(from: number): ExpressionProblem {
  return { code: 'EXPRESSION_SYNTAX', message: 'the part is not closed', offset: from - 2, hint: 'add }}' }
}

type Parts = readonly (string | Program)[]

function templateOf(source: string, parts: Parts, limits: Limits): Template {
  const programs = parts.filter((part) => typeof part !== 'string')
  const [only] = programs
  const isSingle = parts.length === 1 && only !== undefined
  return {
    source,
    isConstant: programs.every((program) => program.reads.length === 0),
    programs,
    evaluate: isSingle ? (env) => only.evaluate(env) : (env) => joinParts(parts, env, limits),
  }
}

function joinParts(parts: Parts, env: Env, limits: Limits): Value {
  let joined = ''
  for (const part of parts) {
    const text = typeof part === 'string' ? part : partText(part, part.evaluate(env))
    if (typeof text !== 'string') return text
    joined += text
    if (joined.length > limits.textCharacters) return TEXT_TOO_LONG
  }
  return joined
}

function partText(program: Program, value: Value): string | Failure {
  if (value === null) return new Failure('missing', `{{ ${program.source} }} is null`)
  return textOf(value)
}
