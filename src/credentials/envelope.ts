import { createCipheriv, createDecipheriv, createHash } from 'node:crypto'
import type { SealedFor, WrappedKey } from '../model/vault.ts'
import type { RandomBytes } from './context.ts'
import type { RootKey } from './root-keys.ts'

/**
 * The bytes of sealed values: `header ‖ IV ‖ tag ‖ ciphertext`. The header is `FL`, format, cipher, version of the data key, SHA-256
 * of the binding; it is authenticated together with everything the value belongs to.
 */
const CIPHER = 'aes-256-gcm'
const MARK = Buffer.from([0x46, 0x4c, 1, 1])
const VERSION_BYTES = 4
const BINDING_BYTES = 32
const IV_BYTES = 12
/** Said at every use: without it, Node takes a tag of 4 bytes for a whole one. */
const TAG_BYTES = 16
const HEADER_BYTES = MARK.length + VERSION_BYTES + BINDING_BYTES

/** A data key in the clear. */
export type DataKey = { readonly version: number; readonly key: Uint8Array }

/** What the header says without any key. */
export type Header = { readonly version: number; readonly bindingHash: Buffer }

/** @returns `undefined` when it is no sealed value of this format. */
export function readHeader(sealed: Uint8Array): Header | undefined {
  const bytes = Buffer.from(sealed)
  if (bytes.length < HEADER_BYTES + IV_BYTES + TAG_BYTES) return undefined
  if (!bytes.subarray(0, MARK.length).equals(MARK)) return undefined
  return {
    version: bytes.readUInt32BE(MARK.length),
    bindingHash: bytes.subarray(MARK.length + VERSION_BYTES, HEADER_BYTES),
  }
}

export function hashOfBinding(binding: string | undefined): Buffer {
  return createHash('sha256')
    .update(binding ?? '')
    .digest()
}

type Owner = Omit<SealedFor, 'binding'>
type Sealing = { readonly key: DataKey; readonly bindingHash: Buffer; readonly random: RandomBytes }

export function sealValue(plain: string, owner: Owner, { key, bindingHash, random }: Sealing): Buffer {
  const version = Buffer.alloc(VERSION_BYTES)
  version.writeUInt32BE(key.version)
  const header = Buffer.concat([MARK, version, bindingHash])
  return Buffer.concat([header, encrypt(Buffer.from(plain), key.key, associated(header, owner), random)])
}

/** @returns `undefined` when anything of it, or of its owner, is not as it was. */
export function openValue(sealed: Uint8Array, owner: Owner, key: DataKey): string | undefined {
  const bytes = Buffer.from(sealed)
  const header = bytes.subarray(0, HEADER_BYTES)
  return decrypt(bytes.subarray(HEADER_BYTES), key.key, associated(header, owner))?.toString('utf8')
}

type Named = Omit<WrappedKey, 'wrapped' | 'rootKeyId'>

export function wrapKey(key: Uint8Array, named: Named, root: RootKey, random: RandomBytes): WrappedKey {
  const wrapped = encrypt(key, root.key.reveal(), wrapping(named, root), random)
  return { ...named, rootKeyId: root.id, wrapped }
}

export function unwrapKey(wrapped: WrappedKey, root: RootKey): DataKey | undefined {
  const key = decrypt(Buffer.from(wrapped.wrapped), root.key.reveal(), wrapping(wrapped, root))
  return key === undefined ? undefined : { version: wrapped.version, key }
}

function associated(header: Uint8Array, { organisationId, subject, purpose }: Owner): Buffer {
  return Buffer.concat([header, ...[organisationId, subject, purpose].map(withLength)])
}

function wrapping({ organisationId, version }: Named, root: RootKey): Buffer {
  return Buffer.concat(['fairlead data key', organisationId, String(version), root.id].map(withLength))
}

/** So that no two lists of texts give the same bytes. */
function withLength(text: string): Buffer {
  const bytes = Buffer.from(text)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}

function encrypt(plain: Uint8Array, key: Uint8Array, aad: Buffer, random: RandomBytes): Buffer {
  const iv = random(IV_BYTES)
  const cipher = createCipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES })
  cipher.setAAD(aad)
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()])
  return Buffer.concat([iv, cipher.getAuthTag(), sealed])
}

function decrypt(bytes: Buffer, key: Uint8Array, aad: Buffer): Buffer | undefined {
  if (bytes.length < IV_BYTES + TAG_BYTES) return undefined
  try {
    const iv = bytes.subarray(0, IV_BYTES)
    const decipher = createDecipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES })
    decipher.setAAD(aad)
    decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES))
    return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()])
  } catch {
    return undefined
  }
}
