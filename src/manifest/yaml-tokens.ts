import { type CST, Lexer, Parser } from 'yaml'
import type { Code } from './codes.ts'

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

const FORBIDDEN: Readonly<Record<string, { readonly code: Code; readonly what: string }>> = {
  anchor: { code: 'YAML_ALIAS_REFUSED', what: 'an anchor' },
  alias: { code: 'YAML_ALIAS_REFUSED', what: 'an alias' },
  tag: { code: 'YAML_TAG_REFUSED', what: 'a tag' },
  directive: { code: 'YAML_TAG_REFUSED', what: 'a directive' },
}
// Everything YAML 1.2 section 5.1 calls not printable, which an editor would hide from a reviewer.
const HIDDEN = /[^\t\n\r\x20-\x7e\x85\u{a0}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u

/**
 * Reads YAML into tokens and stops at the first sign of an attack: the time is bounded by the size limit, and nothing
 * recursive has run when a file is refused.
 */
export function yamlTokens(text: string): YamlTokens {
  if (Buffer.byteLength(text) > MOST_BYTES)
    return refused('YAML_TOO_LARGE', MOST_BYTES, `larger than ${MOST_BYTES / 1024} KiB`)
  const hidden = HIDDEN.exec(text.startsWith('\ufeff') ? text.slice(1) : text)
  if (hidden !== null)
    return refused('YAML_SYNTAX', hidden.index, `holds the hidden character ${codePoint(hidden[0])}`)
  const tokens: CST.Token[] = []
  const problems: YamlProblem[] = []
  const parser = new Parser()
  const take = (batch: Iterable<CST.Token>) => {
    for (const token of batch) {
      tokens.push(token)
      if (token.type === 'error') problems.push(syntax(token.offset, token.message))
    }
  }
  let lexemes = 0
  for (const lexeme of new Lexer().lex(text)) {
    take(parser.next(lexeme))
    if (++lexemes > MOST_LEXEMES)
      return refused('YAML_TOO_LARGE', parser.offset, `holds more than ${MOST_LEXEMES} words and signs`)
    if (parser.stack.length > MOST_DEPTH)
      return refused('YAML_TOO_DEEP', parser.offset, `nests deeper than ${MOST_DEPTH} levels`)
    if (problems.length > MOST_PROBLEMS) return { problems }
  }
  take(parser.end())
  for (const token of tokens) collectForbidden(token, problems)
  return problems.length === 0 ? { tokens } : { problems: problems.slice(0, MOST_PROBLEMS) }
}

export const syntax = (offset: number, message: string): YamlProblem => ({
  code: 'YAML_SYNTAX',
  offset,
  message,
})

function refused(code: Code, offset: number, message: string): YamlTokens {
  return { problems: [{ code, offset, message }] }
}

function codePoint(character: string): string {
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`
}

/** Depth is bounded by `MOST_DEPTH`, so recursion is safe. */
function collectForbidden(token: CST.Token | CST.CollectionItem, problems: YamlProblem[]): void {
  if (problems.length > MOST_PROBLEMS) return
  if ('type' in token) {
    refuse(token, problems)
    if (token.type === 'double-quoted-scalar') checkEscapes(token, problems)
  }
  for (const part of looseParts(token)) refuse(part, problems)
  if ('key' in token && token.key) collectForbidden(token.key, problems)
  if ('value' in token && token.value) collectForbidden(token.value, problems)
  if ('items' in token) for (const item of token.items) collectForbidden(item, problems)
}

const BAD_ESCAPE =
  /\\(?:[0abtnvfre "/\\N_LP\t\r\n]|x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|(?<bad>.|$))/g

function checkEscapes({ source, offset }: CST.FlowScalar, problems: YamlProblem[]): void {
  for (const { index, groups } of source.matchAll(BAD_ESCAPE)) {
    if (problems.length > MOST_PROBLEMS) return
    if (groups?.['bad'] !== undefined)
      problems.push(
        syntax(offset + index, `\\${groups['bad']} is no escape; use single quotes for a plain backslash`),
      )
  }
}

/** What stands before a key, between key and value, and after `|`: where anchors and tags are. */
function looseParts(token: CST.Token | CST.CollectionItem): readonly CST.Token[] {
  const start = 'start' in token && Array.isArray(token.start) ? token.start : []
  const sep = 'sep' in token ? (token.sep ?? []) : []
  return [...start, ...sep, ...('props' in token ? token.props : [])]
}

function refuse(token: CST.Token, problems: YamlProblem[]): void {
  const rule = Object.hasOwn(FORBIDDEN, token.type) ? FORBIDDEN[token.type] : undefined
  if (rule === undefined) return
  const written = 'source' in token ? ` (${token.source.slice(0, 40)})` : ''
  problems.push({
    code: rule.code,
    offset: token.offset,
    message: `${rule.what}${written} is not allowed`,
  })
}
