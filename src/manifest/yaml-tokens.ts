import { CST, Lexer, Parser } from 'yaml'
import type { Code } from './codes.ts'
import { firstHidden } from './hidden.ts'

/** 256 KiB: a manifest of two thousand lines is a quarter of it. */
const MOST_BYTES = 256 * 1024
/** Open collections and the scalar within: the language itself nests nine deep. */
const MOST_DEPTH = 64
/** Words and signs: an ordinary file of 256 KiB has half as many. What costs time is their number, not the bytes. */
const MOST_LEXEMES = 100_000
/** After so many mistakes of syntax nobody reads on. */
export const MOST_PROBLEMS = 20

/** What is wrong with a whole file, before it is given a meaning. */
export type YamlProblem = { readonly code: Code; readonly offset: number; readonly message: string }
/** The tokens of a file that uses only what the language allows; otherwise every reason why not. */
export type YamlTokens =
  | { readonly tokens: readonly CST.Token[]; readonly problems?: undefined }
  | { readonly tokens?: undefined; readonly problems: readonly YamlProblem[] }

/** By the character that begins them. */
const FORBIDDEN: Readonly<Record<string, { readonly code: Code; readonly what: string }>> = {
  '&': { code: 'YAML_ALIAS_REFUSED', what: 'an anchor' },
  '*': { code: 'YAML_ALIAS_REFUSED', what: 'an alias' },
  '!': { code: 'YAML_TAG_REFUSED', what: 'a tag' },
  '%': { code: 'YAML_TAG_REFUSED', what: 'a directive' },
}

/**
 * Reads YAML into tokens and stops at the first sign of an attack: the time is bounded by the limits, and nothing recursive
 * has run when a file is refused.
 */
export function yamlTokens(text: string): YamlTokens {
  if (Buffer.byteLength(text) > MOST_BYTES)
    return refused('YAML_TOO_LARGE', MOST_BYTES, `larger than ${MOST_BYTES / 1024} KiB`)
  const hidden = firstHidden(text)
  if (hidden !== undefined)
    return refused('YAML_SYNTAX', hidden.offset, `holds the hidden character ${hidden.name}`)
  const tokens: CST.Token[] = []
  const problems: YamlProblem[] = []
  const parser = new Parser()
  let lexemes = 0
  let before = ''
  for (const lexeme of new Lexer().lex(text)) {
    // What follows the sign for a scalar is text, whatever it begins with.
    if (before !== CST.SCALAR) judge(lexeme, parser.offset, problems)
    before = lexeme
    take(parser.next(lexeme), tokens, problems)
    if (++lexemes > MOST_LEXEMES)
      return refused('YAML_TOO_LARGE', parser.offset, `holds more than ${MOST_LEXEMES} words and signs`)
    if (parser.stack.length > MOST_DEPTH)
      return refused('YAML_TOO_DEEP', parser.offset, `nests deeper than ${MOST_DEPTH} levels`)
    if (problems.length >= MOST_PROBLEMS) return { problems }
  }
  take(parser.end(), tokens, problems)
  return problems.length === 0 ? { tokens } : { problems }
}

export const syntax = (offset: number, message: string): YamlProblem => ({
  code: 'YAML_SYNTAX',
  offset,
  message,
})

function refused(code: Code, offset: number, message: string): YamlTokens {
  return { problems: [{ code, offset, message }] }
}

function take(batch: Iterable<CST.Token>, tokens: CST.Token[], problems: YamlProblem[]): void {
  for (const token of batch) {
    tokens.push(token)
    if (token.type === 'error') problems.push(syntax(token.offset, token.message))
  }
}

function judge(lexeme: string, offset: number, problems: YamlProblem[]): void {
  const sign = lexeme[0] ?? ''
  if (sign === '"') checkEscapes(lexeme, offset, problems)
  if (!Object.hasOwn(FORBIDDEN, sign)) return
  const { code, what } = FORBIDDEN[sign]!
  problems.push({ code, offset, message: `${what} (${lexeme.trim().slice(0, 40)}) is not allowed` })
}

const BAD_ESCAPE =
  /\\(?:[0abtnvfre "/\\N_LP\t\r\n]|x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|(?<bad>.|$))/g

/** The library makes an error object for each, which a text of nothing else would turn into seconds. */
function checkEscapes(lexeme: string, offset: number, problems: YamlProblem[]): void {
  for (const { index, groups } of lexeme.matchAll(BAD_ESCAPE)) {
    if (problems.length >= MOST_PROBLEMS) return
    const bad = groups?.['bad']
    if (bad !== undefined)
      problems.push(syntax(offset + index, `\\${bad} is no escape; use single quotes for a plain backslash`))
  }
}
