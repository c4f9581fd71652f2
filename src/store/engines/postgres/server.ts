import { mkdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Fault } from '../../../lib/fault.ts'
import { type Account, engineAccount, giveTo } from '../account.ts'
import { type Child, type Exit, startChild } from '../child.ts'
import { freePort } from '../free-port.ts'
import { ENGINE_ENVIRONMENT } from '../run-program.ts'
import { isAlive, kill, stopStale } from '../stale.ts'
import type { Engine, EngineLog, Running } from '../supervise.ts'
import { postgresBinaries } from './binaries.ts'
import { type Cluster, DATABASE, ensureCluster } from './cluster.ts'

const STOP_MS = 15_000
const START_MS = 60_000

/** Small, durable, and quiet. Everything here may be overridden by a PostgreSQL of one's own through its URL. */
export const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: '32MB',
  work_mem: '4MB',
  maintenance_work_mem: '32MB',
  max_wal_size: '256MB',
  autovacuum_max_workers: '2',
  max_parallel_workers_per_gather: '0',
  io_method: 'sync',
  jit: 'off',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  password_encryption: 'scram-sha-256',
  timezone: 'UTC',
  log_min_messages: 'warning',
  log_checkpoints: 'off',
  // A statement may hold what a customer stored: it stays out of the log.
  log_min_error_statement: 'panic',
  log_parameter_max_length_on_error: '0',
}

/**
 * The shell holds the pipe for PostgreSQL, which watches nobody: when the pipe closes it asks for a fast shutdown,
 * and it ends with PostgreSQL and its status.
 */
const KEEPER = `exec 3<&0 </dev/null
"$@" 3<&- &
pg=$!
(read -r _ <&3; kill -INT $pg) 2>/dev/null &
reader=$!
trap 'kill -INT $pg 2>/dev/null' INT TERM
wait $pg
code=$?
kill $reader 2>/dev/null
exit $code`

export type PostgresOptions = {
  /** Holds `data` and `passwords.json`. */
  readonly folder: string
  readonly log: EngineLog
  /** Told when a process of it runs: the server, or before it the one that makes its cluster. */
  readonly atWork: () => void
}

/** PostgreSQL below a folder of its own. A restart keeps the address. */
export async function postgresEngine({
  folder,
  log,
  atWork,
}: PostgresOptions): Promise<Engine & { readonly adminUrl: string }> {
  await mkdir(folder, { recursive: true, mode: 0o711 })
  const account = await postgresAccount(folder)
  const bin = await postgresBinaries(folder, account)
  const cluster = await ensureCluster(folder, bin, account, atWork)
  if (account !== undefined && (await stat(cluster.data)).uid !== account.uid)
    await giveTo(cluster.data, account)
  const port = await freePort()
  const url = (role: 'fairlead' | 'postgres', database: string): string =>
    `postgres://${role}:${cluster.passwords[role]}@127.0.0.1:${port}/${database}`
  return {
    name: 'postgres',
    url: url('fairlead', DATABASE),
    adminUrl: url('postgres', DATABASE),
    start: () => startCluster({ cluster, bin, account, port, log, atWork }),
  }
}

/** @throws {Fault} `STORE_UNAVAILABLE` when we are root and no other account can reach the folder. */
export async function postgresAccount(folder: string): Promise<Account | undefined> {
  const account = await engineAccount(join(folder, 'data'))
  if (account === undefined)
    throw new Fault(
      'STORE_UNAVAILABLE',
      `PostgreSQL does not run as root, and no other account can reach ${folder}: run as another user, or name a directory that others may pass through`,
    )
  return account === 'same' ? undefined : account
}

export type ClusterStart = {
  readonly cluster: Pick<Cluster, 'data'>
  readonly bin: string
  readonly account: Account | undefined
  readonly port: number
  readonly log: EngineLog
  readonly settings?: Readonly<Record<string, string>>
  readonly atWork?: () => void
}

export async function startCluster(options: ClusterStart): Promise<Running> {
  const { cluster, bin, account, port, log } = options
  const { data } = cluster
  const before = await clearStale(data, log)
  const settings = Object.entries({ ...(options.settings ?? SETTINGS), port: String(port) }).flatMap(
    ([name, value]) => ['-c', `${name}=${value}`],
  )
  const child = startChild({
    file: '/bin/sh',
    args: ['-c', KEEPER, 'fairlead-postgres', join(bin, 'postgres'), '-D', data, ...settings],
    cwd: data,
    env: ENGINE_ENVIRONMENT,
    account,
    stopMs: STOP_MS,
    onLine: (message) => log({ level: 'info', engine: 'postgres', message }),
  })
  options.atWork?.()
  const pid = await ready(child, data, before)
  return { pid, exited: child.exited, stop: child.stop, kill: () => kill(pid, 'SIGKILL') }
}

/** Stops what an earlier start left. @returns what the pid file says of it, so that the next start is told apart. */
async function clearStale(data: string, log: EngineLog): Promise<string | undefined> {
  const before = await readPidFile(data)
  if (before === undefined) return undefined
  if (await stopStale(before.pid, data, 'SIGINT', STOP_MS))
    log({
      level: 'warn',
      engine: 'postgres',
      message: `stopped process ${before.pid}, left by an earlier start`,
    })
  // PostgreSQL takes any live process of this number for itself; by now it is another program's, as after a restart of a container.
  else if (isAlive(before.pid)) await rm(join(data, 'postmaster.pid'), { force: true })
  return before.start
}

async function ready(child: Child, data: string, before: string | undefined): Promise<number> {
  let ended: Exit | undefined
  child.exited.then((exit) => {
    ended = exit
  })
  const until = Date.now() + START_MS
  for (;;) {
    const found = await readPidFile(data)
    if (found?.isReady === true && found.start !== before) return found.pid
    if (ended !== undefined)
      throw new Fault(
        'STORE_UNAVAILABLE',
        `PostgreSQL ended with ${ended.signal ?? ended.code}: ${ended.said}`,
      )
    if (Date.now() > until) {
      await child.stop()
      throw new Fault('STORE_UNAVAILABLE', `PostgreSQL was not ready after ${START_MS} ms`)
    }
    await delay(10)
  }
}

async function readPidFile(data: string) {
  const lines = (await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')
  const [pid, , startedAt] = lines
  if (pid === undefined || startedAt === undefined) return undefined
  return { pid: Number(pid), start: `${pid} ${startedAt}`, isReady: lines[7]?.trim() === 'ready' }
}
