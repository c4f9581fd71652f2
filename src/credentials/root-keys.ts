import { createHash } from 'node:crypto'
import { link, mkdir, readFile, stat, unlink, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Fault } from '../lib/fault.ts'
import { Secret } from '../lib/secret.ts'
import type { RandomBytes } from './context.ts'

/** A key that wraps data keys. Its id gives nothing of it away. */
export type RootKey = { readonly id: string; readonly key: Secret<Uint8Array> }

/** The root keys at hand: the first wraps, all unwrap. */
export type RootKeys = {
  readonly keys: readonly [RootKey, ...RootKey[]]
  /** Where they came from: words for a person. */
  readonly source: string
  /** Made just now: the person must be told to keep a copy. */
  readonly isNew: boolean
}

export type RootKeySource = {
  /** FAIRLEAD_ROOT_KEY: 32 bytes in base64; several, newest first, with white space or commas in between. */
  readonly given: string | undefined
  /** The key file of the embedded default, outside the database's folder. Absent: nothing but `given` counts. */
  readonly path?: string
  readonly random: RandomBytes
}

const KEY_BYTES = 32

/**
 * The root keys, from the environment or else from the key file, which is made when there is none.
 *
 * @throws {Fault} `VAULT_KEY_MISSING`, `VAULT_KEY_WRONG`
 */
export async function loadRootKeys({ given, path, random }: RootKeySource): Promise<RootKeys> {
  if (given !== undefined && given.trim() !== '')
    return { keys: readRootKeys(given, 'FAIRLEAD_ROOT_KEY'), source: 'FAIRLEAD_ROOT_KEY', isNew: false }
  if (path === undefined) throw new Fault('VAULT_KEY_MISSING', 'no root key is given')
  const isNew = await makeKeyFile(path, random)
  const keys = readRootKeys(await readKeyFile(path), path)
  return { keys, source: path, isNew }
}

/** @throws {Fault} `VAULT_KEY_WRONG` when one of them is not 32 bytes in base64. */
export function readRootKeys(text: string, place: string): RootKeys['keys'] {
  const [first, ...others] = text.split(/[\s,]+/).filter((word) => word !== '')
  if (first === undefined) throw new Fault('VAULT_KEY_MISSING', `${place} holds no root key`)
  const read = (word: string): RootKey => {
    const key = Buffer.from(word, 'base64')
    const isWhole = key.length === KEY_BYTES && key.toString('base64').replace(/=+$/, '') === plain(word)
    if (!isWhole) throw new Fault('VAULT_KEY_WRONG', `${place}: a root key is ${KEY_BYTES} bytes in base64`)
    return { id: rootKeyId(key), key: new Secret(key) }
  }
  return [read(first), ...others.map(read)]
}

function plain(word: string): string {
  return word.replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, '')
}

function rootKeyId(key: Uint8Array): string {
  return createHash('sha256').update('fairlead root key\0').update(key).digest('hex').slice(0, 16)
}

async function readKeyFile(path: string): Promise<string> {
  const { mode } = await stat(path)
  if (process.platform !== 'win32' && (mode & 0o077) !== 0)
    throw new Fault('VAULT_KEY_WRONG', `${path} can be read by others: chmod 600 it`)
  return readFile(path, 'utf8')
}

/** Whole or not at all, whenever the process dies; of two at once the first one's stays. */
async function makeKeyFile(path: string, random: RandomBytes): Promise<boolean> {
  const temporary = `${path}.${Buffer.from(random(6)).toString('hex')}.new`
  const isThere = await stat(path).catch(() => undefined)
  if (isThere !== undefined) return false
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    const text = `${Buffer.from(random(KEY_BYTES)).toString('base64')}\n`
    await writeFile(temporary, text, { mode: 0o600, flush: true })
    await link(temporary, path)
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return false
    throw new Fault('VAULT_KEY_MISSING', `${path} cannot be made: ${code}`, { cause: error })
  } finally {
    await unlink(temporary).catch(() => undefined)
  }
}
