import { mkdir, open, readFile, rename, unlink } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Clock } from '../lib/clock.ts'
import { Fault, isFault } from '../lib/fault.ts'
import { stringifyJson } from '../lib/json.ts'
import { Secret } from '../lib/secret.ts'
import type { Connector } from '../model/connector.ts'
import type { ConnectionInput, GrantStore } from '../model/credential.ts'
import type { RandomBytes } from './context.ts'
import { type FileKey, type OpenedFileKey, openFileKey } from './file-key.ts'
import { takeLock } from './file-lock.ts'
import type { HeldGrant } from './grant.ts'
import { readGrantText, writeGrantText } from './grant-text.ts'
import { chooseMethod } from './method.ts'
import { asText } from './reader.ts'
import { seal, unseal } from './seal.ts'

/** Where the file is, and what it takes to open it. */
export type GrantFile = {
  readonly path: string
  readonly key: FileKey
  /** What the grant belongs to: see `grantBinding`. */
  readonly binding: string
  readonly clock: Clock
  readonly random: RandomBytes
}

/**
 * Keeps one connection's grant in a file: sealed, readable by its owner only, replaced as a whole, updated by one process at a
 * time. `read` waits for nobody.
 *
 * @throws {Fault} from `read`: `CREDENTIAL_MISSING` when the grant belongs to another app, other hosts or another key;
 * `STATE_UNREADABLE` when the file is damaged. `update` takes a grant of another binding or key for none, and replaces it.
 */
export function openGrantFile(file: GrantFile): GrantStore {
  const path = resolve(file.path)
  const opener = { path, key: openFileKey(file.key, file.random), binding: file.binding }
  const lock = { folder: `${path}.lock`, clock: file.clock, random: file.random }
  return {
    read: () => readGrantFile(opener),
    update: async (change) => {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 })
      const held = await takeLock(lock)
      try {
        const current = await readOwn(opener)
        const next = await change(current)
        if (next !== current) {
          await held.confirm()
          const { key, head } = await opener.key.lock()
          const sealed = seal(writeGrantText(next).reveal(), { key, binding: file.binding }, file.random)
          await replaceFile(path, head + sealed, file.random)
        }
        return next
      } finally {
        await held.release()
      }
    },
  }
}

/**
 * What a stored grant belongs to: the app, the auth method, the hosts it may be sent to. A manifest or a setting that changes any of
 * them cannot use it.
 */
export function grantBinding(connector: Connector, input: ConnectionInput): string {
  const hosts = connector.connect.hosts.map((host) =>
    asText(host.evaluate({ settings: input.settings }), 'connect.hosts').toLowerCase(),
  )
  const purpose = `grant of ${chooseMethod(connector, input.auth).name}`
  return stringifyJson([connector.app.id, purpose, ...new Set(hosts.sort())])
}

const WHY = {
  'other key': 'it is sealed with another key',
  'other binding': 'it belongs to another app, auth method or set of hosts',
} as const

type Opener = { readonly path: string; readonly key: OpenedFileKey; readonly binding: string }

async function readGrantFile({ path, key: fileKey, binding }: Opener): Promise<HeldGrant | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw new Fault('STATE_UNREADABLE', `${path}: ${error.code}`)
  })
  if (text === undefined) return undefined
  const { key, sealed } = await fileKey.unlock(text)
  const opened = unseal(sealed, { key, binding })
  if ('plain' in opened) return readGrantText(new Secret(opened.plain))
  if (opened.problem === 'damaged')
    throw new Fault('STATE_UNREADABLE', `${path}: the stored credential is damaged`)
  throw new Fault(
    'CREDENTIAL_MISSING',
    `${path}: the stored credential cannot be used: ${WHY[opened.problem]}`,
  )
}

async function readOwn(opener: Opener): Promise<HeldGrant | undefined> {
  try {
    return await readGrantFile(opener)
  } catch (error) {
    if (isFault(error, 'CREDENTIAL_MISSING')) return undefined
    throw error
  }
}

/** The new content is on the disk before it takes the name, so that a crash leaves the old or the new, never half. */
async function replaceFile(path: string, text: string, random: RandomBytes): Promise<void> {
  const temporary = `${path}.${Buffer.from(random(6)).toString('hex')}.new`
  try {
    const file = await open(temporary, 'wx', 0o600)
    try {
      await file.writeFile(`${text}\n`)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await unlink(temporary).catch(() => undefined)
    throw error
  }
  await syncFolder(dirname(path))
}

async function syncFolder(folder: string): Promise<void> {
  // Windows opens no folders.
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
