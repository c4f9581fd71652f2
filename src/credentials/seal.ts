import { createCipheriv, createDecipheriv, createHash } from 'node:crypto'
import { Fault } from '../lib/fault.ts'
import type { RandomBytes } from './context.ts'

/** A key, and what the sealed text belongs to: it opens with the same of both only. */
export type SealKey = { readonly key: Uint8Array; readonly binding: string }

/** What a sealed text turned out to be. Only `plain` was authentic. */
export type Unsealed =
  | { readonly plain: string }
  | { readonly problem: 'other key' | 'other binding' | 'damaged' }

const CIPHER = 'aes-256-gcm'
const TAG_BYTES = 16
const NONCE_BYTES = 12
const KEY_BYTES = 32
const VERSION = 'fairlead-sealed-1'
const FORM =
  /^fairlead-sealed-1:(?<keyId>[\w-]{11}):(?<bindingId>[\w-]{43}):(?<nonce>[\w-]{16}):(?<tag>[\w-]{22}):(?<sealed>[\w-]*)$/

/**
 * Seals a text: AES-256-GCM with a random nonce, bound to what it belongs to. Nothing of key or text shows in the result.
 *
 * @throws {Fault} `SETTING_INVALID` when the key is not 32 bytes.
 */
export function seal(plain: string, { key, binding }: SealKey, random: RandomBytes): string {
  const header = headerOf({ key, binding })
  const nonce = random(NONCE_BYTES)
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES })
  cipher.setAAD(associated(header, binding))
  const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
  return [header, ...[nonce, cipher.getAuthTag(), sealed].map(base64url)].join(':')
}

/**
 * Opens a sealed text.
 *
 * @throws {Fault} `SETTING_INVALID` when the key is not 32 bytes.
 */
export function unseal(text: string, { key, binding }: SealKey): Unsealed {
  const header = headerOf({ key, binding })
  const { keyId, bindingId, nonce, tag, sealed } = FORM.exec(text.trim())?.groups ?? {}
  if (nonce === undefined || tag === undefined || sealed === undefined) return { problem: 'damaged' }
  const [, ownKeyId, ownBindingId] = header.split(':')
  if (keyId !== ownKeyId) return { problem: 'other key' }
  if (bindingId !== ownBindingId) return { problem: 'other binding' }
  try {
    const decipher = createDecipheriv(CIPHER, key, bytes(nonce), { authTagLength: TAG_BYTES })
    decipher.setAAD(associated(header, binding))
    decipher.setAuthTag(bytes(tag))
    const plain = Buffer.concat([decipher.update(bytes(sealed)), decipher.final()])
    return { plain: plain.toString('utf8') }
  } catch {
    return { problem: 'damaged' }
  }
}

/** The clear part: it tells a wrong key and a wrong binding from damage, and is itself authenticated. */
function headerOf({ key, binding }: SealKey): string {
  if (key.length !== KEY_BYTES)
    throw new Fault('SETTING_INVALID', `the key that seals credentials must be ${KEY_BYTES} bytes long`)
  const keyId = digest(Buffer.concat([Buffer.from('fairlead key id\0'), key])).subarray(0, 8)
  return [VERSION, base64url(keyId), base64url(digest(Buffer.from(binding)))].join(':')
}

function associated(header: string, binding: string): Buffer {
  return Buffer.from(`${header}\n${binding}`)
}

function digest(data: Uint8Array): Buffer {
  return createHash('sha256').update(data).digest()
}

function base64url(data: Uint8Array): string {
  return Buffer.from(data).toString('base64url')
}

function bytes(text: string): Buffer {
  return Buffer.from(text, 'base64url')
}
