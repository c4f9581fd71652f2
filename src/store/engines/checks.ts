import { resolve } from 'node:path'
import { diskSpace } from './disk-space.ts'
import { findEngines } from './engines.ts'
import { unsafeTables } from './fsync-check.ts'
import { roleDefect } from './role-check.ts'

/** What was looked at, whether it is well, and what to do when it is not: a line of `fairlead doctor`. */
export type EngineCheck = {
  readonly what: string
  readonly ok: boolean
  readonly found: string
  readonly todo?: string
}

export type EngineChecksOptions = {
  readonly directory: string
  readonly databaseUrl?: string
  readonly clickhouseUrl?: string
}

const GIB = 1024 ** 3

/** Looks at the engines of a directory that run, and at those with a URL. Starts nothing. */
export async function engineChecks(options: EngineChecksOptions): Promise<readonly EngineCheck[]> {
  const directory = resolve(options.directory)
  const found = await findEngines(directory)
  const databaseUrl = options.databaseUrl ?? found?.databaseUrl
  const clickhouseUrl = options.clickhouseUrl ?? found?.clickhouseUrl
  return Promise.all([
    engines(directory, found),
    disk(directory),
    ...(databaseUrl === undefined ? [] : [database(databaseUrl)]),
    ...(clickhouseUrl === undefined ? [] : [activity(clickhouseUrl)]),
  ])
}

async function engines(
  directory: string,
  found: Awaited<ReturnType<typeof findEngines>>,
): Promise<EngineCheck> {
  return {
    what: `engines in ${directory}`,
    ok: true,
    found: found === undefined ? 'not running' : `run by process ${found.pid} since ${found.startedAt}`,
  }
}

async function disk(directory: string): Promise<EngineCheck> {
  const space = await diskSpace(directory).catch(() => undefined)
  if (space === undefined)
    return { what: `disk of ${directory}`, ok: true, found: 'the directory does not exist yet' }
  const { level, freeBytes, totalBytes } = space
  return {
    what: `disk of ${directory}`,
    ok: level === 'ok',
    found: `${(freeBytes / GIB).toFixed(1)} of ${(totalBytes / GIB).toFixed(1)} GiB free`,
    todo: level === 'full' ? 'collection has stopped: make room' : 'make room before collection has to stop',
  }
}

async function database(url: string): Promise<EngineCheck> {
  const defect = await roleDefect(url).catch((reason: Error) => reason.message)
  return {
    what: 'PostgreSQL',
    ok: defect === undefined,
    found: defect ?? 'answers; row-level security holds for its user',
    todo: 'correct DATABASE_URL or the server behind it',
  }
}

async function activity(url: string): Promise<EngineCheck> {
  const unsafe = await unsafeTables(url).catch((reason: Error) => reason)
  if (unsafe instanceof Error)
    return {
      what: 'ClickHouse',
      ok: false,
      found: unsafe.message,
      todo: 'correct CLICKHOUSE_URL or the server behind it',
    }
  return {
    what: 'ClickHouse',
    ok: unsafe.length === 0,
    found:
      unsafe.length === 0
        ? 'answers; its tables reach the disk'
        : `not safe in a power failure: ${unsafe.join(', ')}`,
    todo: 'ALTER TABLE … MODIFY SETTING fsync_after_insert = 1, fsync_part_directory = 1',
  }
}
