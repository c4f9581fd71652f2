import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadRootKeys, type RootKeys } from '../credentials/root-keys.ts'
import { type OpenedVault, openVault } from '../credentials/vault.ts'
import type { Clock } from '../lib/clock.ts'
import { type ClickHouseActivityStore, openActivityStore } from '../store/clickhouse/activity-store.ts'
import { type ControlStore, openControlStore } from '../store/postgres/control-store.ts'
import { openDataKeyRows } from '../store/postgres/data-key-rows.ts'
import type { PlatformEngines } from './engines.ts'
import type { PlatformOptions } from './options.ts'

export type Stores = {
  readonly engines: PlatformEngines
  readonly control: ControlStore
  readonly activity: ClickHouseActivityStore
  readonly vault: OpenedVault
  readonly rootKeys: RootKeys
  readonly close: () => Promise<void>
}

/** For the API and for as many streams as are read at once. */
const CONNECTIONS = 20
const MIGRATIONS = fileURLToPath(new URL('../../sql', import.meta.url))

/**
 * Opens everything that keeps something, on engines that may still be starting: control data, activity, vault.
 *
 * @throws {Fault} `STORE_UNAVAILABLE`, `STORE_UNSAFE`, `VAULT_KEY_MISSING`, `VAULT_KEY_WRONG`
 */
export async function openStores(
  options: PlatformOptions,
  { clock, engines: starting }: { readonly clock: Clock; readonly engines: Promise<PlatformEngines> },
): Promise<Stores> {
  const engines = await starting
  const undo: (() => Promise<unknown>)[] = [engines.close]
  const close = async (): Promise<void> => {
    for (const step of undo.toReversed()) await step()
  }
  try {
    const control = openControlStore({
      url: engines.databaseUrl,
      migrations: MIGRATIONS,
      maxConnections: CONNECTIONS,
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
