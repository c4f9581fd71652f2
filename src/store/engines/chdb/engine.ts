import { randomBytes } from 'node:crypto'
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { get } from 'node:http'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Fault } from '../../../lib/fault.ts'
import { engineAccount, giveTo } from '../account.ts'
import { type Child, startChild } from '../child.ts'
import { ENGINE_ENVIRONMENT } from '../run-program.ts'
import { kill, stopStale } from '../stale.ts'
import type { Engine, EngineLog, Running } from '../supervise.ts'
import type { ChdbProcessConfig } from './process.ts'

const PROGRAM = fileURLToPath(new URL('./process.ts', import.meta.url))
const USER = 'fairlead'
const STOP_MS = 12_000
const START_MS = 60_000
/** What one append frees the next one takes: given back to the system in between it costs a fifteenth of the work. */
const KEEP_FREED = 'dirty_decay_ms:20000,muzzy_decay_ms:20000'

export type ChdbOptions = {
  /** Holds `data`, `password` and the pid file. */
  readonly folder: string
  readonly port: number
  readonly log: EngineLog
  /** Told when its process has been started and knows what to do. */
  readonly atWork: () => void
}

/** chDB in a process of its own that answers as a ClickHouse server does. A restart keeps the address. */
export async function chdbEngine({ folder, port, log, atWork }: ChdbOptions): Promise<Engine> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const password = await ensurePassword(join(folder, 'password'))
  const found = await engineAccount(PROGRAM, process.execPath, folder)
  // Where no other account can reach its files it runs as we do: it has no network and refuses statements about files.
  const account = found === 'same' ? undefined : found
  const config: ChdbProcessConfig = { directory: folder, user: USER, password, port }
  return {
    name: 'activity',
    url: `http://${USER}:${password}@127.0.0.1:${port}`,
    probe: () => answers(port),
    start: async (): Promise<Running> => {
      const pidFile = join(folder, 'process.pid')
      const before = Number(await readFile(pidFile, 'utf8').catch(() => '0'))
      if (await stopStale(before || undefined, folder, 'SIGTERM', STOP_MS))
        log({
          level: 'warn',
          engine: 'activity',
          message: `stopped process ${before}, left by an earlier start`,
        })
      if (account !== undefined && (await stat(folder)).uid !== account.uid) await giveTo(folder, account)
      const child = startChild({
        file: process.execPath,
        args: ['--no-warnings', PROGRAM, folder],
        cwd: folder,
        // One thread of the pool for each connection, and some for files.
        env: {
          ...ENGINE_ENVIRONMENT,
          UV_THREADPOOL_SIZE: '14',
          JE_MALLOC_CONF: KEEP_FREED,
          NODE_COMPILE_CACHE: join(folder, 'compiled'),
        },
        account,
        stopMs: STOP_MS,
        onLine: (message) => log({ level: 'info', engine: 'activity', message }),
      })
      await writeFile(pidFile, String(child.pid), { mode: 0o600 })
      child.process.stdin?.write(`${JSON.stringify(config)}\n`)
      atWork()
      await ready(child)
      return {
        pid: child.pid,
        exited: child.exited,
        stop: child.stop,
        kill: () => kill(child.pid, 'SIGKILL'),
      }
    },
  }
}

async function ready(child: Child): Promise<void> {
  const first = new Promise<'ready'>((resolve) => child.process.stdout?.once('data', () => resolve('ready')))
  const late = AbortSignal.timeout(START_MS)
  const timeout = new Promise<'late'>((resolve) => late.addEventListener('abort', () => resolve('late')))
  const outcome = await Promise.race([first, child.exited, timeout])
  if (outcome === 'ready') return
  if (outcome === 'late') {
    await child.stop()
    throw new Fault('STORE_UNAVAILABLE', `the activity engine was not ready after ${START_MS} ms`)
  }
  throw new Fault(
    'STORE_UNAVAILABLE',
    `the activity engine ended with ${outcome.signal ?? outcome.code}: ${outcome.said}`,
  )
}

async function ensurePassword(path: string): Promise<string> {
  const held = await readFile(path, 'utf8').catch(() => undefined)
  if (held !== undefined && held !== '') return held
  const password = randomBytes(24).toString('base64url')
  await writeFile(path, password, { mode: 0o600 })
  return password
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, path: '/ping', timeout: 4000 }, (response) => {
      response.resume()
      resolve(response.statusCode === 200)
    })
    request.on('timeout', () => request.destroy())
    request.on('error', () => resolve(false))
  })
}
