import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { watchStatements } from './overdue.ts'
import { serveProtocol } from './protocol.ts'
import { openSessions } from './sessions.ts'

/**
 * The process that holds the activity engine. Its first line on stdin says what to serve; the end of stdin, which comes when the
 * parent ends in whatever way, stops it.
 */
export type ChdbProcessConfig = {
  readonly directory: string
  readonly user: string
  readonly password: string
  /** 0: any free port. */
  readonly port: number
}

const MOST_CONNECTIONS = 8
const CLOSE_MS = 8_000

/** `fsync_*`: what is acknowledged is on disk. The list of allowed hosts is empty: no statement reaches an address. */
const engineConfig = (backups: string): string => `<clickhouse>
  <max_server_memory_usage>650000000</max_server_memory_usage>
  <mark_cache_size>33554432</mark_cache_size>
  <index_mark_cache_size>16777216</index_mark_cache_size>
  <background_pool_size>2</background_pool_size>
  <background_merges_mutations_concurrency_ratio>1</background_merges_mutations_concurrency_ratio>
  <os_threads_nice_value_merge_mutate>10</os_threads_nice_value_merge_mutate>
  <backups>
    <allowed_path>${backups}</allowed_path>
  </backups>
  <remote_url_allow_hosts></remote_url_allow_hosts>
  <merge_tree>
    <fsync_after_insert>1</fsync_after_insert>
    <fsync_part_directory>1</fsync_part_directory>
  </merge_tree>
</clickhouse>
`

const lines = createInterface({ input: process.stdin })
let stop = (): void => process.exit(0)
lines.once('line', (line) => {
  serve(JSON.parse(line) as ChdbProcessConfig).catch((reason) => {
    process.stderr.write(`${reason instanceof Error ? reason.message : String(reason)}\n`)
    process.exit(1)
  })
})
lines.once('close', () => stop())
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop())

async function serve({ directory, user, password, port }: ChdbProcessConfig): Promise<void> {
  const spool = join(directory, 'spool')
  mkdirSync(spool, { recursive: true, mode: 0o700 })
  for (const left of readdirSync(spool)) rmSync(join(spool, left), { force: true })
  const config = join(directory, 'engine.xml')
  writeFileSync(config, engineConfig(`${join(directory, 'backup')}/`), { mode: 0o600 })
  const sessions = openSessions(join(directory, 'data'), [`--config-file=${config}`], MOST_CONNECTIONS)
  const tableFunctions = await sessions.names('SELECT lower(name) FROM system.table_functions')
  const overdue = watchStatements({
    ...sessions,
    giveUp: (ms) => {
      process.stderr.write(
        `a statement ran ${ms} ms beyond its time and could not be ended: starting again\n`,
      )
      process.kill(process.pid, 'SIGKILL')
    },
  })
  const server = serveProtocol({
    sessions,
    tableFunctions: new Set(tableFunctions),
    user,
    password,
    spool,
    overdue,
  })
  stop = () => {
    stop = () => undefined
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), CLOSE_MS).unref()
    server.close(() => void sessions.close().then(() => process.exit(0)))
    overdue.abandonAll()
    server.closeIdleConnections()
    setTimeout(() => server.closeAllConnections(), CLOSE_MS / 4).unref()
  }
  server.listen(port, '127.0.0.1', () => {
    process.stdout.write(`${JSON.stringify({ port: (server.address() as AddressInfo).port })}\n`)
  })
  server.once('error', (reason) => {
    process.stderr.write(`${reason.message}\n`)
    process.exit(1)
  })
}
