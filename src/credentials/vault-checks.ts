import { FAULTS, isFault } from '../lib/fault.ts'
import type { DataKeyStore } from '../model/vault.ts'
import type { RootKeys } from './root-keys.ts'

/** What was looked at, whether it is well, and what to do when it is not. */
export type VaultCheck = {
  readonly what: string
  readonly ok: boolean
  readonly found: string
  readonly todo?: string
}

type Looking = {
  readonly load: () => Promise<RootKeys>
  readonly store: Pick<DataKeyStore, 'rootKeyIds'>
}

/** Looks at the root keys and at what they must open, without changing anything but a key file that is not there yet. */
export async function vaultChecks({ load, store }: Looking): Promise<readonly VaultCheck[]> {
  const what = 'root key'
  try {
    const { keys, source } = await load()
    const held = keys.map(({ id }) => id)
    const used = await store.rootKeyIds()
    const strange = used.filter((id) => !held.includes(id))
    if (strange.length > 0)
      return [
        {
          what,
          ok: false,
          found: `${source} gives ${held.join(', ')}; data keys are wrapped by ${strange.join(', ')}`,
          todo: FAULTS.VAULT_KEY_WRONG.help,
        },
      ]
    const waiting = used.filter((id) => id !== held[0])
    return [
      { what, ok: true, found: `${held[0]}, from ${source}` },
      {
        what: 'root key rotation',
        ok: waiting.length === 0,
        found: waiting.length === 0 ? 'complete' : `${waiting.join(', ')} still wraps data keys`,
        todo: 'rewrap the data keys, then put the old root key away',
      },
    ]
  } catch (error) {
    if (!isFault(error)) throw error
    return [{ what, ok: false, found: error.message, todo: FAULTS[error.code].help }]
  }
}
