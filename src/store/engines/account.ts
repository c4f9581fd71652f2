import { access, chown, constants, lstat, readdir, readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** The account an engine runs under. PostgreSQL refuses root, and an engine needs nothing that only root may. */
export type Account = {
  readonly uid: number
  readonly gid: number
  /** The folders above its files are closed to it: it keeps root's right to pass through folders and to read, and no other. */
  readonly passesThrough?: true
}

const SETPRIV = '/usr/bin/setpriv'

/**
 * @param paths what the account must reach.
 * @returns `'same'` when this process is no root: its children run as it does; undefined when no account can reach the paths.
 */
export async function engineAccount(...paths: readonly string[]): Promise<Account | 'same' | undefined> {
  if (process.getuid?.() !== 0) return 'same'
  const account = await unprivilegedAccount()
  const reached = await Promise.all(paths.map((path) => isReachable(path, account)))
  if (reached.every(Boolean)) return account
  return (await canRun(SETPRIV)) ? { ...account, passesThrough: true } : undefined
}

async function unprivilegedAccount(): Promise<Account> {
  const users = await readFile('/etc/passwd', 'utf8')
  for (const name of ['postgres', 'nobody']) {
    const line = users.split('\n').find((line) => line.startsWith(`${name}:`))
    const [, , uid, gid] = line?.split(':') ?? []
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) }
  }
  return { uid: 65_534, gid: 65_534 }
}

export type Program = {
  readonly file: string
  readonly args: readonly string[]
  readonly uid?: number
  readonly gid?: number
}

/** How a program is started under an account. */
export function asAccount(account: Account | undefined, file: string, args: readonly string[]): Program {
  if (account === undefined) return { file, args }
  const { uid, gid, passesThrough } = account
  if (passesThrough === undefined) return { file, args, uid, gid }
  const right = '+dac_read_search'
  const become = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', `--inh-caps=${right}`]
  return { file: SETPRIV, args: [...become, `--ambient-caps=${right}`, '--', file, ...args] }
}

const canRun = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  )

/** Whether the account may pass through every folder on the way to `path`; pure but for what the folders say. */
export async function isReachable(path: string, { uid, gid, passesThrough }: Account): Promise<boolean> {
  if (passesThrough !== undefined) return true
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const { mode, uid: owner, gid: group } = await stat(folder)
    const bit = owner === uid ? 0o100 : group === gid ? 0o010 : 0o001
    if ((mode & bit) === 0) return false
    if (folder === dirname(folder)) return true
  }
}

/**
 * Gives a folder and what is in it to the account, the folder last: one that belongs to the account was given whole. What belongs to it
 * already is left alone.
 */
export async function giveTo(path: string, account: Account): Promise<void> {
  const { uid, gid } = account
  const facts = await lstat(path)
  if (facts.isDirectory()) for (const name of await readdir(path)) await giveTo(join(path, name), account)
  if (facts.uid !== uid || facts.gid !== gid) await chown(path, uid, gid)
}
