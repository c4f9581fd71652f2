/** What the engine process may be asked to do; everything else is refused before the engine sees it. */
export type Statement = {
  readonly kind: 'read' | 'insert' | 'command'
  /** Starts with SELECT or WITH: its rows can be streamed. */
  readonly isQuery: boolean
  /** The last `FORMAT name`, and where the word FORMAT begins. */
  readonly format?: { readonly name: string; readonly at: number }
  /** Names of the `{name:Type}` placeholders. */
  readonly parameters: readonly string[]
}

type Token = { readonly text: string; readonly at: number; readonly isName: boolean }

const TOKEN =
  /\s+|--[^\n]*|#[!\s][^\n]*|\/\*[\s\S]*?\*\/|'(?:[^'\\]|\\[\s\S]|'')*'|\$(?<tag>\w*)\$[\s\S]*?\$\k<tag>\$|`(?<tick>(?:[^`\\]|\\[\s\S])*)`|"(?<quote>(?:[^"\\]|\\[\s\S])*)"|(?<word>[\p{L}_][\p{L}\p{N}_]*)|[\s\S]/gu

const READS = ['SELECT', 'WITH', 'SHOW', 'DESCRIBE', 'DESC', 'EXISTS', 'EXPLAIN', 'CHECK']
const COMMANDS = ['ALTER', 'DROP', 'TRUNCATE', 'OPTIMIZE', 'DELETE', 'RENAME', 'EXCHANGE', 'KILL']
const CREATABLE = ['TABLE', 'DATABASE', 'VIEW', 'MATERIALIZED', 'TEMPORARY', 'OR']

/** Table functions that stay within the engine. A function the engine gains later is refused until it is listed here. */
const INNER_TABLE_FUNCTIONS = [
  'numbers',
  'numbers_mt',
  'zeros',
  'zeros_mt',
  'generateRandom',
  'generateSeries',
  'generate_series',
  'values',
  'view',
  'merge',
  'null',
  'format',
  'input',
  'primes',
  'mergeTreeIndex',
  'mergeTreeProjection',
].map((name) => name.toLowerCase())
/** Functions that are no table functions and reach outside all the same. */
const OUTER_FUNCTIONS = ['file', 'disk', 'catboostevaluate', 'modelevaluate']
const INNER_ENGINES =
  /^((Replacing|Summing|Aggregating|Collapsing|VersionedCollapsing|Coalescing)?MergeTree|Memory|Null|Log|Set|Join|Atomic)$/

/** The reason why a text is not run. */
export class Refusal extends Error {
  /** ClickHouse's error code. */
  readonly code: number
  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}

export const SYNTAX_ERROR = 62
const ACCESS_DENIED = 497

/**
 * Reads one statement and refuses what would leave the engine: files, addresses, other servers, code, and a second statement.
 * The engine has no users and no grants, so that this is the only gate.
 *
 * @param tableFunctions every table function of the engine, lower case.
 * @throws {Refusal}
 */
export function readStatement(sql: string, tableFunctions: ReadonlySet<string>): Statement {
  const tokens = tokenize(sql)
  const first = tokens.find(({ text }) => text !== '(')?.text.toUpperCase() ?? ''
  const last = tokens.findIndex(({ text }) => text === ';')
  if (last !== -1 && last < tokens.length - 1)
    throw new Refusal(SYNTAX_ERROR, 'Syntax error: only one statement is allowed')
  const kind = kindOf(first, tokens[1]?.text.toUpperCase() ?? '')
  for (const [index, token] of tokens.entries()) {
    const reason = reachesOutside(
      token,
      tokens[index + 1],
      tokens[index + 2],
      tableFunctions,
      first === 'CREATE',
    )
    if (reason !== undefined) throw new Refusal(ACCESS_DENIED, `Not allowed here: ${reason}`)
  }
  const formatAt = tokens.findLastIndex(
    ({ text, isName }, index) =>
      isName && text.toUpperCase() === 'FORMAT' && tokens[index + 1]?.isName === true,
  )
  const format = tokens[formatAt]
  const name = tokens[formatAt + 1]?.text
  return {
    kind,
    isQuery: first === 'SELECT' || first === 'WITH',
    ...(format === undefined || name === undefined ? {} : { format: { name, at: format.at } }),
    parameters: tokens.flatMap((token, index) =>
      token.text === '{' && tokens[index + 1]?.isName === true && tokens[index + 2]?.text === ':'
        ? [tokens[index + 1]?.text ?? '']
        : [],
    ),
  }
}

function kindOf(first: string, second: string): Statement['kind'] {
  if (READS.includes(first)) return 'read'
  if (first === 'INSERT') return 'insert'
  if (COMMANDS.includes(first) || (first === 'CREATE' && CREATABLE.includes(second))) return 'command'
  throw new Refusal(
    ACCESS_DENIED,
    `Not allowed here: a statement that begins with ${first || 'nothing'} ${second}`,
  )
}

function reachesOutside(
  { text, isName }: Token,
  next: Token | undefined,
  third: Token | undefined,
  tableFunctions: ReadonlySet<string>,
  isCreate: boolean,
): string | undefined {
  if (!isName || next === undefined) return undefined
  const word = text.toLowerCase()
  if (['outfile', 'infile', 'dictionary'].includes(word) && next.text !== '(') return text.toUpperCase()
  if (next.text === '(' && OUTER_FUNCTIONS.includes(word)) return `${text}()`
  if (next.text === '(' && tableFunctions.has(word) && !INNER_TABLE_FUNCTIONS.includes(word))
    return `${text}()`
  if (word !== 'engine' || !isCreate) return undefined
  const engine = next.text === '=' ? third : next
  return engine?.isName === true && !INNER_ENGINES.test(engine.text) ? `ENGINE ${engine.text}` : undefined
}

function tokenize(sql: string): readonly Token[] {
  const tokens: Token[] = []
  for (const match of sql.matchAll(TOKEN)) {
    const text = match[0]
    if (/^(\s|--|#[!\s]|\/\*)/.test(text)) continue
    const name = match.groups?.['word'] ?? match.groups?.['tick'] ?? match.groups?.['quote']
    tokens.push({ text: name ?? text, at: match.index, isName: name !== undefined })
  }
  return tokens
}
