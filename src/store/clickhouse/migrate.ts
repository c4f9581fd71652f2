import { readdirSync, readFileSync } from 'node:fs'
import { Fault } from '../../lib/fault.ts'
import type { Engine } from './engine.ts'
import { toBinary } from './row-binary.ts'

const FOLDER = new URL('../../../sql/activity/', import.meta.url)
const DURABLE = ['fsync_after_insert = 1', 'fsync_part_directory = 1'] as const

/** The first that knows the index of free text. */
const LEAST_VERSION = [26, 2] as const

/**
 * Brings the tables to the newest form, then refuses to go on if one of them would not survive a power loss.
 *
 * The engine has no transaction around a migration: its statements are written so that running them twice does no harm.
 *
 * @throws {Fault} `STORE_UNSAFE` naming the tables, or the version of a server that is too old.
 */
export async function prepareTables(engine: Engine): Promise<void> {
  const [server] = await engine.rows<{ version: string }>({ sql: 'select version() as version', params: {} })
  requireVersion(server?.version ?? '')
  await engine.command({
    sql: `create table if not exists activity_migration (name String) engine = MergeTree order by name settings ${DURABLE.join(', ')}`,
    params: {},
  })
  const landed = await engine.rows<{ name: string }>({
    sql: 'select name from activity_migration',
    params: {},
  })
  const names = readdirSync(FOLDER).filter((name) => name.endsWith('.sql'))
  for (const name of names.toSorted()) {
    if (landed.some((row) => row.name === name)) continue
    for (const sql of statementsOf(readFileSync(new URL(name, FOLDER), 'utf8')))
      await engine.command({ sql, params: {} })
    const rows = toBinary(['String'], [[name]])
    await engine.insert('activity_migration', { columns: ['name'], rows, token: name })
  }
  await requireDurable(engine)
}

/** @param version as in `26.7.3.1` */
export function requireVersion(version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [leastMajor, leastMinor] = LEAST_VERSION
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return
  throw new Fault('STORE_UNSAFE', `ClickHouse ${LEAST_VERSION.join('.')} or newer is needed, not ${version}`)
}

/** Statements end with a semicolon at the end of a line; ours hold none elsewhere. */
const statementsOf = (text: string): readonly string[] =>
  text
    .split(/;\s*$/m)
    .map((sql) => sql.replaceAll(/^--.*$/gm, '').trim())
    .filter((sql) => sql !== '')

async function requireDurable(engine: Engine): Promise<void> {
  const tables = await engine.rows<{ name: string; engine_full: string }>({
    sql: `select name, engine_full from system.tables where database = currentDatabase() and endsWith(engine, 'MergeTree')`,
    params: {},
  })
  const unsafe = tables.filter(({ engine_full }) => DURABLE.some((setting) => !engine_full.includes(setting)))
  if (unsafe.length > 0)
    throw new Fault('STORE_UNSAFE', `without fsync on INSERT: ${unsafe.map(({ name }) => name).join(', ')}`)
}
