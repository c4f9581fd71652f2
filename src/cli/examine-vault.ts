import { randomBytes } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { loadRootKeys } from '../credentials/root-keys.ts'
import { vaultChecks } from '../credentials/vault-checks.ts'
import { isFault } from '../lib/fault.ts'
import { platformOptions } from '../platform/options.ts'
import { findEngines } from '../store/engines/engines.ts'
import { openControlStore } from '../store/postgres/control-store.ts'
import { openDataKeyRows } from '../store/postgres/data-key-rows.ts'
import type { Finding } from './examine.ts'

/** Looks at the platform's root key, where there is one, and where the database can be asked also at what it must unwrap. Changes nothing. */
export async function examineVault(
  env: Readonly<Record<string, string | undefined>>,
): Promise<readonly Finding[]> {
  const { directory, rootKeys, databaseUrl } = platformOptions(env)
  const path = join(directory, 'root.key')
  const isThere = await stat(path).then(
    () => true,
    () => false,
  )
  if (rootKeys === undefined && !isThere) return []
  const load = () => loadRootKeys({ given: rootKeys, path, random: randomBytes })
  const url = databaseUrl ?? (await findEngines(directory))?.databaseUrl
  if (url === undefined) return vaultChecks({ load, store: { rootKeyIds: async () => [] } })
  const control = openControlStore({ url, migrations: '', maxConnections: 1 })
  try {
    return await vaultChecks({ load, store: openDataKeyRows(control) })
  } catch (error) {
    if (isFault(error)) throw error
    const found = 'the data keys cannot be read'
    return [{ what: 'database', ok: false, found, todo: 'start it, or correct DATABASE_URL' }]
  } finally {
    await control.close()
  }
}
