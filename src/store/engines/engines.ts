import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Fault } from '../../lib/fault.ts'
import { holdFile } from '../../lib/hold-file.ts'
import { chdbEngine } from './chdb/engine.ts'
import { type DiskSpace, diskSpace } from './disk-space.ts'
import { freePort } from './free-port.ts'
import { postgresEngine } from './postgres/server.ts'
import { isAlive } from './stale.ts'
import { type Engine, type EngineLog, type EngineStatus, type Supervised, supervise } from './supervise.ts'

export type EnginesOptions = {
  /** Holds everything the embedded engines keep; `./.fairlead`. */
  readonly directory: string
  /** Given: this PostgreSQL is used, none is started. */
  readonly databaseUrl?: string
  /** Given: this ClickHouse is used, none is started. */
  readonly clickhouseUrl?: string
  readonly log: EngineLog
  /** Told when every engine that starts here has a process of its own at work: from then on this one may be busy for long. */
  readonly atWork?: () => void
}

export type EnginesStatus = {
  readonly postgres: EngineStatus | 'external'
  readonly activity: EngineStatus | 'external'
  readonly disk: DiskSpace
}

export type Engines = {
  readonly databaseUrl: string
  readonly clickhouseUrl: string
  readonly status: () => Promise<EnginesStatus>
  /** Stops in order what was started; close what uses them first. */
  readonly close: () => Promise<void>
}

/** What other processes of this machine need to use the running engines. */
export type FoundEngines = {
  readonly pid: number
  readonly startedAt: string
  readonly databaseUrl: string
  readonly clickhouseUrl: string
  /** Superuser of the embedded PostgreSQL, for backups; absent when the database is not ours. */
  readonly adminUrl?: string
}

/**
 * Starts the engines that have no URL and keeps them running.
 *
 * @throws {Fault} `STORE_IN_USE` naming the holder when another process runs the engines of this directory;
 * `STORE_UNAVAILABLE` when one cannot be started.
 */
export async function openEngines(options: EnginesOptions): Promise<Engines> {
  const directory = resolve(options.directory)
  const { databaseUrl, clickhouseUrl, log } = options
  await mkdir(directory, { recursive: true, mode: 0o711 })
  // The engines of root run under another account, which passes through this folder and sees nothing of it.
  if (process.getuid?.() === 0) await chmod(directory, 0o711)
  const release = await holdDirectory(directory)
  const started: Supervised[] = []
  const begin = async <E extends Engine>(making: Promise<E>): Promise<readonly [E, Supervised]> => {
    const engine = await making
    const supervised = await supervise(engine, log)
    started.push(supervised)
    return [engine, supervised]
  }
  const close = async (): Promise<void> => {
    await rm(entryFile(directory), { force: true })
    await Promise.all(started.map((engine) => engine.close()))
    release()
  }
  const postgresAtWork = Promise.withResolvers<void>()
  const activityAtWork = Promise.withResolvers<void>()
  Promise.all([postgresAtWork.promise, activityAtWork.promise]).then(options.atWork)
  const [postgres, activity] = await Promise.allSettled([
    databaseUrl === undefined
      ? begin(postgresEngine({ folder: join(directory, 'postgres'), log, atWork: postgresAtWork.resolve }))
      : postgresAtWork.resolve(),
    clickhouseUrl === undefined
      ? begin(
          chdbEngine({
            ...{ folder: join(directory, 'activity'), port: await freePort(), log },
            atWork: activityAtWork.resolve,
          }),
        )
      : activityAtWork.resolve(),
  ])
  if (postgres.status === 'rejected' || activity.status === 'rejected') {
    await close()
    throw postgres.status === 'rejected' ? postgres.reason : (activity as PromiseRejectedResult).reason
  }
  const urls = {
    databaseUrl: postgres.value?.[0].url ?? databaseUrl ?? '',
    clickhouseUrl: activity.value?.[0].url ?? clickhouseUrl ?? '',
  }
  const adminUrl = postgres.value?.[0].adminUrl
  await writeEntry(directory, {
    pid: process.pid,
    startedAt: new Date().toISOString(),
    ...urls,
    ...(adminUrl === undefined ? {} : { adminUrl }),
  })
  return {
    ...urls,
    status: async () => ({
      postgres: postgres.value?.[1].status() ?? 'external',
      activity: activity.value?.[1].status() ?? 'external',
      disk: await diskSpace(directory),
    }),
    close,
  }
}

/** The engines that another process of this machine runs in this directory; undefined when none does. */
export async function findEngines(directory: string): Promise<FoundEngines | undefined> {
  const text = await readFile(entryFile(resolve(directory)), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const entry = JSON.parse(text) as FoundEngines
  return isAlive(entry.pid) ? entry : undefined
}

const entryFile = (directory: string): string => join(directory, 'engines.json')

async function writeEntry(directory: string, entry: FoundEngines): Promise<void> {
  const fresh = `${entryFile(directory)}.tmp`
  await writeFile(fresh, JSON.stringify(entry, null, 2), { mode: 0o600 })
  await rename(fresh, entryFile(directory))
}

async function holdDirectory(directory: string): Promise<() => void> {
  const release = await holdFile(join(directory, 'engines.lock'))
  if (release !== undefined) return release
  const holder = await findEngines(directory)
  const who = holder === undefined ? 'another process' : `process ${holder.pid}, since ${holder.startedAt}`
  throw new Fault('STORE_IN_USE', `${directory} is in use by ${who}`)
}
