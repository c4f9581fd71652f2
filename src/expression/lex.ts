import { Unsigned } from '../model/expression.ts'
import { unescapeBytes, unescapeText } from './escape.ts'
import { refuse } from './problem.ts'

/** One word of an expression, from `at` up to `end`. The text of `quoted`, a backquoted field, is without its quotes. */
export type Token =
  | {
      readonly kind: 'name' | 'quoted' | 'operator' | 'end'
      readonly at: number
      readonly end: number
      readonly text: string
    }
  | {
      readonly kind: 'literal'
      readonly at: number
      readonly end: number
      readonly text: string
      readonly value: bigint | number | string | Uint8Array | Unsigned
    }

const SPACE = /(?:[ \t\r\n\f]|\/\/[^\r\n]*)+/y
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y
const QUOTED = /`([A-Za-z0-9_.\-/ ]+)`/y
const NUMBER = /(?:0[xX][0-9a-fA-F]+[uU]?|\d*\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\d+[uU]?)/y
const STRING = /(?:[rR][bB]?|[bB][rR]?)?(?:"""|'''|"|')/y
const OPERATOR = /&&|\|\||==|!=|<=|>=|[<>!+\-*/%?:.,()[\]{}]/y

const MAX_INT = 9223372036854775807n
const MAX_UINT = 18446744073709551615n

/**
 * Splits an expression into tokens; the last one is always `end`.
 *
 * @param from where the expression starts in `source`.
 * @param isPart true inside a template: the expression ends at the first `}}` that closes no brace of its own.
 */
export function lex(source: string, from: number, isPart: boolean): readonly Token[] {
  const tokens: Token[] = []
  let braces = 0
  let at = skip(source, from)
  while (at < source.length) {
    if (isPart && braces === 0 && source.startsWith('}}', at)) break
    const token = readToken(source, at)
    if (token.text === '{') braces++
    if (token.text === '}') braces--
    tokens.push(token)
    at = skip(source, token.end)
  }
  tokens.push({ kind: 'end', at, end: at, text: '' })
  return tokens
}

function skip(source: string, at: number): number {
  SPACE.lastIndex = at
  return SPACE.test(source) ? SPACE.lastIndex : at
}

function match(pattern: RegExp, source: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(source)?.[0]
}

function readToken(source: string, at: number): Token {
  const quote = match(STRING, source, at)
  if (quote !== undefined) return readString(source, at, quote)
  const name = match(NAME, source, at)
  if (name !== undefined) return { kind: 'name', at, end: at + name.length, text: name }
  const number = match(NUMBER, source, at)
  if (number !== undefined) return readNumber(source, at, number)
  const quoted = match(QUOTED, source, at)
  if (quoted !== undefined) return { kind: 'quoted', at, end: at + quoted.length, text: quoted.slice(1, -1) }
  const operator = match(OPERATOR, source, at)
  if (operator !== undefined) return { kind: 'operator', at, end: at + operator.length, text: operator }
  return refuse(`unexpected ${describe(source, at)}`, at, HINTS[source[at]!])
}

const HINTS: Readonly<Record<string, string>> = {
  '=': 'write == to compare',
  '&': 'write && for "and"',
  '|': 'write || for "or"',
}

function describe(source: string, at: number): string {
  return JSON.stringify(String.fromCodePoint(source.codePointAt(at)!))
}

function readNumber(source: string, at: number, text: string): Token {
  const end = at + text.length
  const after = match(NAME, source, end)
  if (after !== undefined) refuse(`"${text}${after}" is not a number`, at)
  return { kind: 'literal', at, end, text, value: numberValue(text, at) }
}

function numberValue(text: string, at: number): bigint | number | Unsigned {
  if (/^0x/i.test(text) ? /u$/i.test(text) : /[uU]$/.test(text)) {
    const value = BigInt(text.slice(0, -1))
    return value <= MAX_UINT ? new Unsigned(value) : refuse(`${text} is too large for a uint`, at)
  }
  if (!/^0x/i.test(text) && /[.eE]/.test(text)) return doubleValue(text, at)
  const value = BigInt(text)
  // One more than the largest is let through: behind a minus sign it is the smallest int. The parser refuses it elsewhere.
  return value <= MAX_INT + 1n
    ? value
    : refuse(`${text} is too large for an int`, at, 'write a decimal point')
}

function doubleValue(text: string, at: number): number {
  const value = Number(text)
  return Number.isFinite(value) ? value : refuse(`${text} is too large for a double`, at)
}

function readString(source: string, at: number, opening: string): Token {
  const prefix = opening.replace(/["']+$/, '').toLowerCase()
  const quote = opening.slice(prefix.length)
  const isRaw = prefix.includes('r')
  const start = at + opening.length
  const end = findQuote(source, start, quote, isRaw)
  if (end === -1) return refuse('the string is not closed', at, `add ${quote}`)
  const value = prefix.includes('b')
    ? bytesValue(source, start, end, isRaw)
    : textValue(source, start, end, isRaw)
  return { kind: 'literal', at, end: end + quote.length, text: opening, value }
}

function bytesValue(source: string, start: number, end: number, isRaw: boolean): Uint8Array {
  return isRaw ? new TextEncoder().encode(source.slice(start, end)) : unescapeBytes(source, start, end)
}

function textValue(source: string, start: number, end: number, isRaw: boolean): string {
  return isRaw ? source.slice(start, end) : unescapeText(source, start, end)
}

function findQuote(source: string, start: number, quote: string, isRaw: boolean): number {
  for (let at = start; at < source.length; at++) {
    if (source.startsWith(quote, at)) return at
    if (source[at] === '\\' && !isRaw) at++
    if (quote.length === 1 && (source[at] === '\n' || source[at] === '\r')) return -1
  }
  return -1
}
