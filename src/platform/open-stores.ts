import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadRootKeys, type RootKeys } from '../credentials/root-keys.ts'
import { type OpenedVault, openVault } from '../credentials/vault.ts'
import type { Clock } from '../lib/clock.ts'
import { type ClickHouseActivityStore, openActivityStore } from '../store/clickhouse/activity-store.ts'
import { type Engines, findEngines, openEngines } from '../store/engines/engines.ts'
import type { EngineLog } from '../store/engines/supervise.ts'
import { type ControlStore, openControlStore } from '../store/postgres/control-store.ts'
import { openDataKeyRows } from '../store/postgres/data-key-rows.ts'
import type { PlatformOptions } from './options.ts'

export type Stores = {
  /** `status` only where this process runs them. */
  readonly engines: Pick<Engines, 'databaseUrl' | 'clickhouseUrl' | 'close'> &
    Partial<Pick<Engines, 'status'>>
  readonly control: ControlStore
  readonly activity: ClickHouseActivityStore
  readonly vault: OpenedVault
  readonly rootKeys: RootKeys
  readonly close: () => Promise<void>
}

const MIGRATIONS = fileURLToPath(new URL('../../sql', import.meta.url))

/**
 * Opens everything that keeps something: engines (or the ones another process of this machine runs), control data, activity, vault.
 *
 * @throws {Fault} `STORE_UNAVAILABLE`, `STORE_UNSAFE`, `VAULT_KEY_MISSING`, `VAULT_KEY_WRONG`
 */
export async function openStores(
  options: PlatformOptions,
  { clock, log, connections = 20 }: { clock: Clock; log: EngineLog; connections?: number },
): Promise<Stores> {
  const engines = await enginesOf(options, log)
  const undo: (() => Promise<unknown>)[] = [engines.close]
  const close = async (): Promise<void> => {
    for (const step of undo.toReversed()) await step()
  }
  try {
    const control = openControlStore({
      url: engines.databaseUrl,
      migrations: MIGRATIONS,
      maxConnections: connections,
    })
    undo.push(control.close)
    const activity = openActivityStore({ url: engines.clickhouseUrl, clock })
    undo.push(activity.close)
    const [rootKeys] = await Promise.all([
      loadRootKeys({
        given: options.rootKeys,
        ...(options.databaseUrl === undefined && { path: join(options.directory, 'root.key') }),
        random: randomBytes,
      }),
      control.migrate(),
      activity.prepare(),
    ])
    const vault = await openVault({ rootKeys, store: openDataKeyRows(control), clock, random: randomBytes })
    return { engines, control, activity, vault, rootKeys, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function enginesOf(
  { directory, databaseUrl, clickhouseUrl }: PlatformOptions,
  log: EngineLog,
): Promise<Stores['engines']> {
  const found = await findEngines(directory)
  if (found !== undefined && found.pid !== process.pid)
    return {
      databaseUrl: databaseUrl ?? found.databaseUrl,
      clickhouseUrl: clickhouseUrl ?? found.clickhouseUrl,
      close: async () => undefined,
    }
  return openEngines({
    directory,
    log,
    ...(databaseUrl !== undefined && { databaseUrl }),
    ...(clickhouseUrl !== undefined && { clickhouseUrl }),
  })
}
