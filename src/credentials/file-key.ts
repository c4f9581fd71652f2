import { createHash, scrypt } from 'node:crypto'
import { promisify } from 'node:util'
import { Secret } from '../lib/secret.ts'
import type { RandomBytes } from './context.ts'

/** What seals a grant file: 32 random bytes, or words that a person chose. */
export type FileKey = Uint8Array | Secret

/** The key of one file. Words are stretched with a salt that stands in the clear at the head of the file. */
export type OpenedFileKey = {
  /** The key for a file's text, and the sealed part of it. */
  readonly unlock: (text: string) => Promise<{ readonly key: Uint8Array; readonly sealed: string }>
  /** A key to seal with, and what goes before the sealed text. */
  readonly lock: () => Promise<{ readonly key: Uint8Array; readonly head: string }>
}

const SALT_BYTES = 16
const HEAD = /^fairlead-scrypt-1:(?<salt>[\w-]{22})\n/
/** OWASP Password Storage Cheat Sheet (2026-11-28): 32 MiB and some 0.2 s for each guess. */
const COST = { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 1024 * 1024 }
const stretch = promisify<string, Uint8Array, number, object, Buffer>(scrypt)

export function openFileKey(source: FileKey, random: RandomBytes): OpenedFileKey {
  return source instanceof Secret ? fromWords(source, random) : fromBytes(source)
}

function fromBytes(key: Uint8Array): OpenedFileKey {
  return {
    unlock: async (text) => ({ key, sealed: text.replace(HEAD, '') }),
    lock: async () => ({ key, head: '' }),
  }
}

function fromWords(words: Secret, random: RandomBytes): OpenedFileKey {
  /** The last one only: a grant is read before each request, and its salt stays. */
  let last: { readonly salt: string; readonly key: Promise<Uint8Array> } | undefined
  const keyOf = (salt: string): Promise<Uint8Array> => {
    if (last?.salt !== salt)
      last = { salt, key: stretch(words.reveal(), Buffer.from(salt, 'base64url'), 32, COST) }
    return last.key
  }
  return {
    unlock: async (text) => {
      const salt = HEAD.exec(text)?.groups?.['salt']
      const key = salt === undefined ? unsalted(words) : await keyOf(salt)
      return { key, sealed: text.replace(HEAD, '') }
    },
    lock: async () => {
      const salt = last?.salt ?? Buffer.from(random(SALT_BYTES)).toString('base64url')
      return { key: await keyOf(salt), head: `fairlead-scrypt-1:${salt}\n` }
    },
  }
}

/** Files of version 0.1 have no salt: they are read, and written anew with one at the next change. */
function unsalted(words: Secret): Uint8Array {
  return createHash('sha256').update(words.reveal()).digest()
}
