import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Fault } from '../lib/fault.ts'
import { Secret } from '../lib/secret.ts'

const BYTES = 32

/** A random text of its owner only, made at first use; of two processes that make it at once one wins, and both read the same. */
export async function secretFile(path: string): Promise<Secret> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, `${randomBytes(BYTES).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    },
  )
  const text = (await readFile(path, 'utf8')).trim()
  if (text.length < BYTES) throw new Fault('STATE_UNREADABLE', `${path} holds no key`)
  return new Secret(text)
}
