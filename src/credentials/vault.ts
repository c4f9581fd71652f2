import type { Clock } from '../lib/clock.ts'
import { Fault } from '../lib/fault.ts'
import { Secret } from '../lib/secret.ts'
import type { DataKeyStore, SealedFor, Vault, WrappedKey } from '../model/vault.ts'
import type { RandomBytes } from './context.ts'
import {
  type DataKey,
  hashOfBinding,
  openValue,
  readHeader,
  sealValue,
  unwrapKey,
  wrapKey,
} from './envelope.ts'
import type { RootKeys } from './root-keys.ts'

export type VaultOptions = {
  readonly rootKeys: RootKeys
  readonly store: DataKeyStore
  readonly clock: Clock
  readonly random: RandomBytes
}

/** The vault with what keeps its keys in order. */
export type OpenedVault = Vault & {
  /** The value sealed anew with the newest data key; `undefined` when it is already, or cannot be opened. */
  readonly reseal: (sealed: Uint8Array, owner: Omit<SealedFor, 'binding'>) => Promise<Buffer | undefined>
  /** From now on a new data key seals. @returns its version. */
  readonly rotateDataKey: (organisationId: string) => Promise<number>
  /** Wraps every data key with the first root key, so that the others can be put away. @returns how many were rewrapped. */
  readonly rewrapDataKeys: () => Promise<number>
  /** Destroys an organisation's data keys: nothing sealed for it opens again, but from a backup with the keys, by whoever has its root key. */
  readonly shred: (organisationId: string) => Promise<void>
}

const KEY_BYTES = 32
/** How long another process may still open what was shredded, or seal with a key that was rotated. */
const REMEMBERED_MS = 60_000
const MOST_REMEMBERED = 10_000
const REWRAPPED_AT_ONCE = 100
/** The organisation of the canary: nobody's. */
const NOBODY = ''

type Ring = { readonly keys: readonly DataKey[]; readonly untilMs: number }

/**
 * Opens the vault, after proof that the root keys are those the data keys are wrapped with.
 *
 * @throws {Fault} `VAULT_KEY_WRONG`
 */
export async function openVault(options: VaultOptions): Promise<OpenedVault> {
  const { store, clock, random } = options
  await proveRootKeys(options)
  const rings = new Map<string, Ring>()

  const readRing = async (organisationId: string): Promise<Ring> => {
    const keys = (await store.versions(organisationId)).map((wrapped) => unwrap(options, wrapped))
    const ring = { keys, untilMs: clock.now() + REMEMBERED_MS }
    rings.delete(organisationId)
    if (rings.size >= MOST_REMEMBERED) rings.delete(rings.keys().next().value ?? '')
    rings.set(organisationId, ring)
    return ring
  }
  const ringOf = async (organisationId: string): Promise<Ring> => {
    if (organisationId === NOBODY) throw new Error('an organisation has an id')
    const known = rings.get(organisationId)
    return known !== undefined && clock.now() < known.untilMs ? known : readRing(organisationId)
  }
  /** The key that seals; made when the organisation has none. */
  const newest = async (organisationId: string): Promise<DataKey> => {
    const key = (await ringOf(organisationId)).keys.at(-1)
    if (key !== undefined) return key
    await addKey(options, organisationId, 1)
    return (await readRing(organisationId)).keys.at(-1) ?? newest(organisationId)
  }
  const keyOf = async (organisationId: string, version: number): Promise<DataKey | undefined> => {
    const ofVersion = ({ keys }: Ring) => keys.find((key) => key.version === version)
    return ofVersion(await ringOf(organisationId)) ?? ofVersion(await readRing(organisationId))
  }

  const openText = async (sealed: Uint8Array, owner: SealedFor): Promise<string> => {
    const header = readHeader(sealed)
    if (header === undefined) throw broken(owner, 'it is no sealed value')
    if (!header.bindingHash.equals(hashOfBinding(owner.binding)))
      throw new Fault(
        'CREDENTIAL_MISSING',
        `the stored ${owner.purpose} cannot be used: it was given for other hosts or another way to sign in`,
      )
    const key = await keyOf(owner.organisationId, header.version)
    if (key === undefined) throw broken(owner, 'its key was destroyed')
    return openValue(sealed, owner, key) ?? fail(broken(owner, 'it was changed or belongs elsewhere'))
  }

  return {
    seal: async (plain, owner) =>
      sealValue(typeof plain === 'string' ? plain : plain.reveal(), owner, {
        key: await newest(owner.organisationId),
        bindingHash: hashOfBinding(owner.binding),
        random,
      }),
    open: async (sealed, owner) => new Secret(await openText(sealed, owner)),
    openRecord: openText,
    reseal: async (sealed, owner) => {
      const header = readHeader(sealed)
      const key = await newest(owner.organisationId)
      if (header === undefined || header.version === key.version) return undefined
      const former = await keyOf(owner.organisationId, header.version)
      const plain = former === undefined ? undefined : openValue(sealed, owner, former)
      if (plain === undefined) return undefined
      return sealValue(plain, owner, { key, bindingHash: header.bindingHash, random })
    },
    rotateDataKey: async (organisationId) => {
      const { version } = await newest(organisationId)
      await addKey(options, organisationId, version + 1)
      return (await readRing(organisationId)).keys.at(-1)?.version ?? version
    },
    rewrapDataKeys: () => rewrapAll(options),
    shred: async (organisationId) => {
      await store.destroy(organisationId)
      rings.delete(organisationId)
    },
  }
}

async function proveRootKeys(options: VaultOptions): Promise<void> {
  const { store, rootKeys } = options
  const held = new Set(rootKeys.keys.map(({ id }) => id))
  const strange = (await store.rootKeyIds()).filter((id) => !held.has(id))
  if (strange.length > 0)
    throw new Fault(
      'VAULT_KEY_WRONG',
      `data keys are wrapped by the root key ${strange.join(', ')}; ${rootKeys.source} gives ${[...held].join(', ')}`,
    )
  await addKey(options, NOBODY, 1)
  for (const canary of await store.versions(NOBODY)) unwrap(options, canary)
}

function unwrap({ rootKeys }: VaultOptions, wrapped: WrappedKey): DataKey {
  const root = rootKeys.keys.find(({ id }) => id === wrapped.rootKeyId)
  const key = root === undefined ? undefined : unwrapKey(wrapped, root)
  if (key !== undefined) return key
  throw new Fault(
    'VAULT_KEY_WRONG',
    `data key ${wrapped.version} of "${wrapped.organisationId}" cannot be unwrapped with the root key ${wrapped.rootKeyId}`,
  )
}

/** Of two that add the same version, the second finds the first one's. */
async function addKey(options: VaultOptions, organisationId: string, version: number): Promise<void> {
  const { store, random, rootKeys } = options
  await store.add(wrapKey(random(KEY_BYTES), { organisationId, version }, rootKeys.keys[0], random))
}

async function rewrapAll(options: VaultOptions): Promise<number> {
  const { store, random, rootKeys } = options
  const [root] = rootKeys.keys
  let count = 0
  for (;;) {
    const some = await store.wrappedByOthers(root.id, REWRAPPED_AT_ONCE)
    if (some.length === 0) return count
    for (const wrapped of some) {
      const { key } = unwrap(options, wrapped)
      const { organisationId, version } = wrapped
      const isDone = await store.rewrap(
        wrapKey(key, { organisationId, version }, root, random),
        wrapped.rootKeyId,
      )
      if (isDone) count++
    }
  }
}

function broken({ purpose, subject }: SealedFor, why: string): Fault {
  return new Fault('SEAL_BROKEN', `the stored ${purpose} of ${subject} does not open: ${why}`)
}

function fail(fault: Fault): never {
  throw fault
}
