import { chown, lstat, readdir, readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** The account an engine runs under. PostgreSQL refuses root, and an engine needs nothing that only root may. */
export type Account = { readonly uid: number; readonly gid: number }

/** @returns undefined when this process is no root: its children run as it does. */
export async function engineAccount(): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const users = await readFile('/etc/passwd', 'utf8')
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] =
      users
        .split('\n')
        .find((line) => line.startsWith(`${name}:`))
        ?.split(':') ?? []
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) }
  }
  return { uid: 65_534, gid: 65_534 }
}

/** Whether the account may pass through every folder on the way to `path`; pure but for what the folders say. */
export async function isReachable(path: string, { uid, gid }: Account): Promise<boolean> {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const { mode, uid: owner, gid: group } = await stat(folder)
    const bit = owner === uid ? 0o100 : group === gid ? 0o010 : 0o001
    if ((mode & bit) === 0) return false
    if (folder === dirname(folder)) return true
  }
}

/** Gives a folder and what is in it to the account. What belongs to it already is left alone. */
export async function giveTo(path: string, account: Account): Promise<void> {
  const { uid, gid } = account
  const facts = await lstat(path)
  if (facts.uid !== uid || facts.gid !== gid) await chown(path, uid, gid)
  if (!facts.isDirectory()) return
  for (const name of await readdir(path)) await giveTo(join(path, name), account)
}
