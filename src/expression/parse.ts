import { lex, type Token } from './lex.ts'
import type { Limits } from './limits.ts'
import { type ExpressionProblem, refuse, Unparsable } from './problem.ts'
import type { Syntax, SyntaxEntry } from './syntax.ts'

export type Parsed =
  | { readonly syntax: Syntax; readonly end: number }
  | { readonly problem: ExpressionProblem; readonly end?: undefined }

export type ParseOptions = { readonly from: number; readonly isPart: boolean; readonly limits: Limits }

/**
 * Reads one CEL expression (language definition v0.25, with `.?field`, `[?key]` and backquoted fields).
 *
 * `end` is the character behind the expression: the end of the source, or the `}}` of a template part.
 */
export function parse(source: string, options: ParseOptions): Parsed {
  try {
    const tokens = lex(source, options.from, options.isPart)
    const parser: Parser = { tokens, next: 0, nodes: 0, depth: 0, limits: options.limits }
    const syntax = expression(parser)
    const rest = peek(parser)
    if (rest.kind !== 'end') unexpected(rest, 'an operator or the end')
    return { syntax, end: rest.at }
  } catch (error) {
    if (error instanceof Unparsable) return { problem: error.problem }
    throw error
  }
}

type Parser = {
  readonly tokens: readonly Token[]
  readonly limits: Limits
  next: number
  nodes: number
  depth: number
}

/** Binary operators by how tightly they bind, loosest first. All group to the left. */
const PRECEDENCE: Readonly<Record<string, number>> = {
  '||': 1,
  '&&': 2,
  '<': 3,
  '<=': 3,
  '>': 3,
  '>=': 3,
  '==': 3,
  '!=': 3,
  in: 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  '%': 5,
}

const RESERVED = new Set(
  'as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
)

const WORDS: Readonly<Record<string, null | boolean>> = { true: true, false: false, null: null }

function peek(parser: Parser): Token {
  return parser.tokens[parser.next]!
}

function isNext(parser: Parser, text: string): boolean {
  const token = peek(parser)
  return token.kind === 'operator' && token.text === text
}

function accept(parser: Parser, text: string): boolean {
  const isThere = isNext(parser, text)
  if (isThere) parser.next++
  return isThere
}

function expect(parser: Parser, text: string): void {
  if (!accept(parser, text)) unexpected(peek(parser), `"${text}"`)
}

function unexpected(token: Token, wanted: string): never {
  const found = token.kind === 'end' ? 'the end' : `"${token.text}"`
  refuse(`expected ${wanted}, found ${found}`, token.at)
}

function node(parser: Parser, syntax: Syntax): Syntax {
  if (++parser.nodes > parser.limits.nodes) tooCostly(`more than ${parser.limits.nodes} parts`, syntax.at)
  return syntax
}

function tooCostly(what: string, offset: number): never {
  throw new Unparsable({
    code: 'EXPRESSION_COST',
    message: `the expression is too large: ${what}`,
    offset,
    hint: 'split it, or move the work into the mapping',
  })
}

/** Everything between brackets goes through here, so that no source can exhaust the stack. */
function nested<T>(parser: Parser, read: () => T): T {
  if (++parser.depth > parser.limits.nesting)
    tooCostly(`nested deeper than ${parser.limits.nesting}`, peek(parser).at)
  const result = read()
  parser.depth--
  return result
}

function expression(parser: Parser): Syntax {
  const test = binary(parser, 1)
  if (!isNext(parser, '?')) return test
  const at = peek(parser).at
  parser.next++
  const yes = binary(parser, 1)
  expect(parser, ':')
  const no = expression(parser)
  return node(parser, { kind: 'call', at, name: '_?_:_', target: undefined, args: [test, yes, no] })
}

function binary(parser: Parser, loosest: number): Syntax {
  let left = unary(parser)
  for (;;) {
    const { text, kind, at } = peek(parser)
    const strength = kind === 'operator' || (kind === 'name' && text === 'in') ? PRECEDENCE[text] : undefined
    if (strength === undefined || strength < loosest) return left
    parser.next++
    const right = binary(parser, strength + 1)
    const name = text === 'in' ? '@in' : `_${text}_`
    left = node(parser, { kind: 'call', at, name, target: undefined, args: [left, right] })
  }
}

function unary(parser: Parser): Syntax {
  const at = peek(parser).at
  const sign = isNext(parser, '!') ? '!' : '-'
  let count = 0
  while (accept(parser, sign)) count++
  if (count === 0) return member(parser)
  if (sign === '-' && count % 2 === 1 && isNumber(peek(parser))) return member(parser, true)
  const operand = member(parser)
  if (count % 2 === 0) return sign === '-' ? operand : not(parser, not(parser, operand, at), at)
  return node(parser, { kind: 'call', at, name: `${sign}_`, target: undefined, args: [operand] })
}

function not(parser: Parser, operand: Syntax, at: number): Syntax {
  return node(parser, { kind: 'call', at, name: '!_', target: undefined, args: [operand] })
}

function isNumber(token: Token): boolean {
  return token.kind === 'literal' && (typeof token.value === 'bigint' || typeof token.value === 'number')
}

function member(parser: Parser, isNegative = false): Syntax {
  let target = primary(parser, isNegative)
  for (;;) {
    if (accept(parser, '.')) target = selection(parser, target)
    else if (isNext(parser, '[')) target = indexing(parser, target)
    else return target
  }
}

function selection(parser: Parser, target: Syntax): Syntax {
  const optional = accept(parser, '?')
  const token = peek(parser)
  if (!isFieldName(token)) unexpected(token, 'a field name')
  parser.next++
  if (token.kind === 'name' && !optional && isNext(parser, '(')) {
    const args = callArguments(parser)
    return node(parser, { kind: 'call', at: token.at, name: token.text, target, args })
  }
  return node(parser, { kind: 'select', at: token.at, target, field: token.text, optional })
}

/** Reserved words may name fields; the four that are values or operators only in backquotes. */
function isFieldName(token: Token): boolean {
  if (token.kind === 'quoted') return true
  return token.kind === 'name' && token.text !== 'in' && !Object.hasOwn(WORDS, token.text)
}

function indexing(parser: Parser, target: Syntax): Syntax {
  const at = peek(parser).at
  parser.next++
  const name = accept(parser, '?') ? '_[?_]' : '_[_]'
  const key = nested(parser, () => expression(parser))
  expect(parser, ']')
  return node(parser, { kind: 'call', at, name, target: undefined, args: [target, key] })
}

function callArguments(parser: Parser): readonly Syntax[] {
  expect(parser, '(')
  return sequence(parser, ')', () => expression(parser))
}

/** Items up to the closing bracket. A comma may follow the last one in `[…]` and `{…}`, not in `(…)`. */
function sequence<T>(parser: Parser, closing: string, item: () => T): readonly T[] {
  const items: T[] = []
  while (!isNext(parser, closing)) {
    items.push(nested(parser, item))
    if (!accept(parser, ',')) break
    if (closing === ')' && isNext(parser, ')')) unexpected(peek(parser), 'an argument')
  }
  expect(parser, closing)
  return items
}

function primary(parser: Parser, isNegative: boolean): Syntax {
  const token = peek(parser)
  if (token.kind === 'literal') return literal(parser, token, isNegative)
  if (token.kind === 'name') return named(parser, token)
  if (accept(parser, '.')) {
    const name = peek(parser)
    return name.kind === 'name' ? named(parser, name) : unexpected(name, 'a name')
  }
  if (accept(parser, '(')) {
    const inner = nested(parser, () => expression(parser))
    expect(parser, ')')
    return inner
  }
  if (accept(parser, '[')) {
    const items = sequence(parser, ']', () => expression(parser))
    return node(parser, { kind: 'list', at: token.at, items })
  }
  if (accept(parser, '{')) {
    const entries = sequence(parser, '}', () => entry(parser))
    return node(parser, { kind: 'map', at: token.at, entries })
  }
  return unexpected(token, 'a value')
}

function literal(parser: Parser, token: Token & { kind: 'literal' }, isNegative: boolean): Syntax {
  parser.next++
  const { at, value } = token
  if (typeof value === 'bigint') {
    if (!isNegative && value > 9223372036854775807n) refuse(`${token.text} is too large for an int`, at)
    return node(parser, { kind: 'literal', at, value: isNegative ? -value : value })
  }
  return node(parser, { kind: 'literal', at, value: isNegative ? -(value as number) : value })
}

function named(parser: Parser, token: Token): Syntax {
  parser.next++
  const { at, text } = token
  if (Object.hasOwn(WORDS, text)) return node(parser, { kind: 'literal', at, value: WORDS[text]! })
  if (text === 'in') unexpected(token, 'a value')
  if (RESERVED.has(text)) refuse(`"${text}" is a reserved word`, at)
  if (isNext(parser, '('))
    return node(parser, { kind: 'call', at, name: text, target: undefined, args: callArguments(parser) })
  if (isNext(parser, '{')) refuse('typed messages are not part of this language', peek(parser).at)
  return node(parser, { kind: 'name', at, name: text })
}

function entry(parser: Parser): SyntaxEntry {
  const key = expression(parser)
  expect(parser, ':')
  return { key, value: expression(parser) }
}
