import {
  Composer,
  type Document,
  isMap,
  isScalar,
  isSeq,
  type Pair,
  type ParsedNode,
  type Scalar,
} from 'yaml'
import type { Complaint } from '../model/complaint.ts'
import { complaintAt } from './complain.ts'
import { firstHidden } from './hidden.ts'
import type { MapEntry, Node, ScalarNode } from './node.ts'
import { placeAt, type Source, sourceOf } from './source.ts'
import { MOST_PROBLEMS, syntax, type YamlProblem, yamlTokens } from './yaml-tokens.ts'

/** A file as a tree of positions, or why it is none. */
export type Parsed =
  | { readonly root: Node; readonly complaints: readonly Complaint[] }
  | { readonly root?: undefined; readonly complaints: readonly Complaint[] }

/**
 * Reads YAML 1.2 (core schema, one document) of at most 256 KiB and 64 levels, without anchors, aliases, merge keys and tags.
 * Never throws; a hostile file costs at most about a second, and the known attacks a few milliseconds.
 */
export function parseYaml(file: string, text: string): Parsed {
  const source = sourceOf(file, text)
  const { tokens, problems } = yamlTokens(text)
  if (problems !== undefined) return { complaints: problems.map((problem) => complain(source, problem)) }
  const composer = new Composer<ParsedNode>({
    version: '1.2',
    schema: 'core',
    uniqueKeys: false,
    logLevel: 'silent',
  })
  const documents: Document.Parsed<ParsedNode>[] = []
  for (const token of tokens) documents.push(...composer.next(token))
  documents.push(...composer.end(true, text.length))
  const [first, second] = documents
  const found: YamlProblem[] = (first?.errors ?? []).map(({ pos, message }) => syntax(pos[0], message))
  if (second !== undefined)
    found.push({
      code: 'YAML_DOCUMENT_REPEATED',
      offset: second.range[0],
      message: 'a second document begins here',
    })
  const build = { source, problems: found }
  const root = treeOf(first?.contents ?? undefined, build)
  if (root === undefined && found.length === 0) found.push(syntax(0, 'the file is empty'))
  const complaints = found.slice(0, MOST_PROBLEMS).map((problem) => complain(source, problem))
  return found.length > 0 || root === undefined ? { complaints } : { root, complaints }
}

function complain(source: Source, { code, offset, message }: YamlProblem): Complaint {
  return complaintAt(placeAt(source, offset), [], { code, message })
}

type Build = { readonly source: Source; readonly problems: YamlProblem[] }

function treeOf(node: ParsedNode | null | undefined, build: Build): Node | undefined {
  if (isScalar(node)) return scalarOf(node, build)
  const start = node?.range?.[0] ?? 0
  const { source } = build
  if (isSeq(node)) {
    const items = node.items.map((item) => treeOf(item as ParsedNode, build) ?? nothing(build, start))
    return { kind: 'list', source, start, items }
  }
  if (isMap(node)) return { kind: 'map', source, start, entries: entriesOf(node.items, build, start) }
  return undefined
}

function nothing({ source }: Build, start: number): ScalarNode {
  return { kind: 'scalar', source, start, value: null, written: '', style: 'plain' }
}

const STYLES: Readonly<Record<string, ScalarNode['style']>> = {
  QUOTE_SINGLE: 'single',
  QUOTE_DOUBLE: 'double',
  BLOCK_LITERAL: 'literal',
  BLOCK_FOLDED: 'folded',
}

function scalarOf(node: Scalar.Parsed | Scalar, { source, problems }: Build): ScalarNode {
  const { value } = node
  const hidden = typeof value === 'string' ? firstHidden(value) : undefined
  if (hidden !== undefined)
    problems.push(syntax(node.range?.[0] ?? 0, `this text holds the hidden character ${hidden.name}`))
  const known = value === null || typeof value === 'boolean' || typeof value === 'number'
  return {
    kind: 'scalar',
    source,
    start: node.range?.[0] ?? 0,
    value: known ? value : String(value),
    written: node.source ?? '',
    style: STYLES[node.type ?? ''] ?? 'plain',
  }
}

/** Keys are compared through a set: the library's own comparison is quadratic, which 256 KiB of keys would show. */
function entriesOf(pairs: readonly Pair[], build: Build, mapStart: number): MapEntry[] {
  const entries: MapEntry[] = []
  const seen = new Set<string>()
  for (const { key, value } of pairs) {
    const keyStart = (key as ParsedNode | null)?.range?.[0] ?? mapStart
    const text = keyText(key)
    const problem = keyProblem(text, seen)
    if (problem !== undefined) build.problems.push({ ...problem, offset: keyStart })
    if (text === undefined || problem !== undefined) continue
    seen.add(text)
    const child = treeOf(value as ParsedNode | null, build) ?? nothing(build, keyStart + text.length)
    entries.push({ key: text, keySource: build.source, keyStart, value: child })
  }
  return entries
}

/** A number or `true` as a key is the text as written: `404: empty`. */
function keyText(key: unknown): string | undefined {
  if (!isScalar(key)) return undefined
  return typeof key.value === 'string' ? key.value : key.source
}

function keyProblem(
  text: string | undefined,
  seen: ReadonlySet<string>,
): Omit<YamlProblem, 'offset'> | undefined {
  if (text === undefined || text === '' || firstHidden(text) !== undefined)
    return { code: 'KEY_INVALID', message: 'a key must be a text without hidden characters' }
  if (text === '<<') return { code: 'YAML_ALIAS_REFUSED', message: 'a merge key (<<) is not allowed' }
  if (text === '__proto__') return { code: 'KEY_INVALID', message: '"__proto__" cannot be a key' }
  if (seen.has(text)) return { code: 'KEY_REPEATED', message: `"${text}" stands twice in this map` }
  return undefined
}
