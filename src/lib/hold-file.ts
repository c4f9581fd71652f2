import { open } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'

const BUSY = 5

/**
 * Holds a file for this process alone.
 *
 * The lock is SQLite's on an empty database: the kernel keeps it and lets go when the process ends, however it ends, so that none is
 * ever stale. The file stays: to remove it would let two processes hold two files of one name.
 *
 * @returns what lets go of it; `undefined` while another holds it.
 */
export async function holdFile(path: string): Promise<(() => void) | undefined> {
  await (await open(path, 'a', 0o600)).close()
  const database = new DatabaseSync(path, { timeout: 0 })
  try {
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
    return () => database.close()
  } catch (error) {
    database.close()
    if ((error as { readonly errcode?: number }).errcode === BUSY) return undefined
    throw error
  }
}
