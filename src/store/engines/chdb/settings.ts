/** Settings of every statement. A request may change them; the two ceilings may only be lowered by it. */
const BASE: Readonly<Record<string, string>> = {
  async_insert: '0',
  max_execution_time: '120',
  max_memory_usage: '400000000',
  // Sorting and grouping beyond this goes to the directory of the engine instead of failing.
  max_bytes_before_external_group_by: '150000000',
  max_bytes_before_external_sort: '150000000',
  max_threads: '2',
  output_format_json_quote_64bit_integers: '1',
}
const CEILINGS: Readonly<Record<string, number>> = { max_execution_time: 900, max_memory_usage: 600_000_000 }

/** Query-string names that are no settings. */
const NO_SETTING =
  /^(query|query_id|database|default_format|user|password|role|compress|decompress|enable_http_compression|http_zlib_compression_level|wait_end_of_query|send_progress_in_http_headers|http_headers_progress_interval_ms|cancel_http_readonly_queries_on_client_close|session_.*|param_.*|quota_key|log_comment)$/

export type SessionState = {
  readonly database: string
  /** Settings and `param_…`, as `SET` takes them. */
  readonly values: ReadonlyMap<string, string>
  readonly executionSeconds: number
}

/** What the connection must hold before the statement runs. */
export function wantedState(search: URLSearchParams, ticket: string): SessionState {
  const values = new Map(Object.entries(BASE))
  for (const [name, value] of search)
    if (/^\w+$/.test(name) && !NO_SETTING.test(name)) values.set(name, lowered(name, value))
  for (const [name, value] of search) if (/^param_\w+$/.test(name)) values.set(name, value)
  values.set('log_comment', ticket)
  return {
    database: search.get('database') ?? 'default',
    values,
    executionSeconds: Number(values.get('max_execution_time')),
  }
}

function lowered(name: string, value: string): string {
  const ceiling = CEILINGS[name]
  if (ceiling === undefined) return value
  const asked = Number(value)
  return String(asked > 0 && asked <= ceiling ? asked : ceiling)
}

/** The `SET` that leads from one state to the next; nothing when they agree. Parameters cannot be unset: the caller checks their names. */
export function transition(
  held: ReadonlyMap<string, string>,
  wanted: ReadonlyMap<string, string>,
): string | undefined {
  const changed = [...wanted].filter(([name, value]) => held.get(name) !== value)
  const dropped = [...held.keys()].filter((name) => !wanted.has(name) && !name.startsWith('param_'))
  const parts = [
    ...changed.map(([name, value]) => `${name} = ${literal(value)}`),
    ...dropped.map((name) => `${name} = DEFAULT`),
  ]
  return parts.length === 0 ? undefined : `SET ${parts.join(', ')}`
}

export function literal(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
