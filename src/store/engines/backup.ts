import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Fault } from '../../lib/fault.ts'
import { giveTo } from './account.ts'
import { snapshot } from './chdb/snapshot.ts'
import { copyTree } from './copy-tree.ts'
import { findEngines, openEngines } from './engines.ts'
import { backupPostgres, restorePostgres } from './postgres/backup.ts'
import { postgresBinaries } from './postgres/binaries.ts'
import { postgresAccount } from './postgres/server.ts'
import type { EngineLog } from './supervise.ts'

export type BackupOptions = {
  /** Of the platform: `./.fairlead`. */
  readonly directory: string
  /** A folder that does not exist yet, or is empty. */
  readonly target: string
  readonly log: EngineLog
}

type BackupFacts = { readonly version: 1; readonly createdAt: string; readonly postgres: string }

/**
 * Copies both embedded stores into one folder, while they work or while they stand still.
 *
 * Control data comes first and activity after it: positions are never ahead of the events they stand for, so that a platform
 * restored from it reads the little between the two again and shows nothing twice. The root key is not among it.
 *
 * @throws {Fault} `STORE_UNAVAILABLE` when the stores are not the embedded ones: they have backups of their own.
 */
export async function backup({ directory, target, log }: BackupOptions): Promise<BackupFacts> {
  const into = resolve(target)
  await mkdir(into, { recursive: true, mode: 0o700 })
  if ((await readdir(into)).length > 0) throw new Fault('SETTING_INVALID', `${into} is not empty`)
  const running = await findEngines(directory)
  if (running === undefined && !(await holdsStores(resolve(directory))))
    throw new Fault('SETTING_INVALID', `${resolve(directory)} has no stores`)
  const own = running === undefined ? await openEngines({ directory, log }) : undefined
  try {
    const engines = running ?? (await findEngines(directory))
    if (engines?.adminUrl === undefined)
      throw new Fault(
        'STORE_UNAVAILABLE',
        'the database is not the embedded one: back it up with its own tools',
      )
    await backupPostgres(
      engines.adminUrl,
      join(resolve(directory), 'postgres', 'data'),
      join(into, 'postgres'),
    )
    await backupActivity(engines.clickhouseUrl, join(resolve(directory), 'activity'), join(into, 'activity'))
    const facts: BackupFacts = { version: 1, createdAt: new Date().toISOString(), postgres: '18' }
    // Written last: a folder without it is no backup.
    await writeFile(join(into, FACTS), JSON.stringify(facts, null, 2), { mode: 0o600, flush: true })
    return facts
  } finally {
    await own?.close()
  }
}

const FACTS = 'backup.json'
const SNAPSHOT = 'snapshot'

async function backupActivity(url: string, folder: string, target: string): Promise<void> {
  const made = join(folder, 'backup', SNAPSHOT)
  await rm(made, { recursive: true, force: true })
  try {
    await snapshot(url, 'backup', SNAPSHOT)
    await copyTree(made, target)
  } finally {
    await rm(made, { recursive: true, force: true })
  }
}

export type RestoreOptions = {
  /** What `backup` wrote. */
  readonly source: string
  /** A platform directory without stores. */
  readonly directory: string
  readonly log: EngineLog
}

/**
 * Makes the stores of a new platform directory from a backup. All or nothing: they are made aside and moved last.
 *
 * @throws {Fault} `SETTING_INVALID` for what is no backup, `STORE_IN_USE` when the directory has stores already.
 */
export async function restore({ source, directory, log }: RestoreOptions): Promise<BackupFacts> {
  const from = resolve(source)
  const facts = await readFile(join(from, FACTS), 'utf8').then(
    (text) => JSON.parse(text) as BackupFacts,
    () => undefined,
  )
  if (facts === undefined)
    throw new Fault(
      'SETTING_INVALID',
      `${from} is no backup, or one that did not come to its end: it has no ${FACTS}`,
    )
  const into = resolve(directory)
  await mkdir(into, { recursive: true, mode: 0o711 })
  const held = await storesOf(into)
  if (held.length > 0)
    throw new Fault(
      'STORE_IN_USE',
      `${into} has stores already (${held.join(', ')}): restore into a new directory, or move them away`,
    )
  const aside = join(into, 'restoring')
  await rm(aside, { recursive: true, force: true })
  await mkdir(join(aside, 'postgres'), { recursive: true, mode: 0o711 })
  const account = await postgresAccount(join(aside, 'postgres'))
  const bin = await postgresBinaries(join(aside, 'postgres'), account)
  await restorePostgres(join(from, 'postgres'), join(aside, 'postgres'), bin, account)
  await copyTree(join(from, 'activity'), join(aside, 'activity', 'backup', SNAPSHOT))
  if (account !== undefined) await giveTo(join(aside, 'activity'), account)
  const engines = await openEngines({ directory: aside, databaseUrl: 'none:', log })
  try {
    await snapshot(engines.clickhouseUrl, 'restore', SNAPSHOT)
  } finally {
    await engines.close()
  }
  await rm(join(aside, 'activity', 'backup', SNAPSHOT), { recursive: true, force: true })
  for (const name of STORES) await rename(join(aside, name), join(into, name))
  await rm(aside, { recursive: true, force: true })
  return facts
}

const STORES = ['postgres', 'activity']
const storesOf = async (directory: string): Promise<string[]> =>
  (await readdir(directory).catch(() => [])).filter((name) => STORES.includes(name))
const holdsStores = async (directory: string): Promise<boolean> => (await storesOf(directory)).length > 0
