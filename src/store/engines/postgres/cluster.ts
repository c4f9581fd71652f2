import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault } from '../../../lib/fault.ts'
import { type Account, giveTo } from '../account.ts'
import { runProgram } from '../run-program.ts'
import { POSTGRES_MAJOR } from './binaries.ts'

export const DATABASE = 'fairlead'

export type Passwords = {
  /** Of the role `fairlead`, which owns the database and is no superuser: row-level security holds for it. */
  readonly fairlead: string
  /** Of the role `postgres`; for backups only. */
  readonly postgres: string
}

export type Cluster = { readonly data: string; readonly passwords: Passwords }

/**
 * The database cluster below `folder`, made when there is none.
 *
 * It is made under another name, with its role and database, and renamed last: one that exists is whole.
 */
export async function ensureCluster(
  folder: string,
  bin: string,
  account: Account | undefined,
  atWork: () => void,
): Promise<Cluster> {
  const data = join(folder, 'data')
  const version = await readFile(join(data, 'PG_VERSION'), 'utf8').catch(() => undefined)
  if (version === undefined) await createCluster(folder, data, bin, account, SYNC, atWork)
  else if (version.trim() !== POSTGRES_MAJOR)
    throw new Fault(
      'STORE_UNAVAILABLE',
      `${data} was made by PostgreSQL ${version.trim()} and this installation has ${POSTGRES_MAJOR}: restore a backup into a new directory`,
    )
  return { data, passwords: await readPasswords(folder) }
}

export async function createCluster(
  folder: string,
  data: string,
  bin: string,
  account: Account | undefined,
  options: readonly string[] = [],
  atWork: () => void = () => undefined,
): Promise<void> {
  const passwords = newPasswords()
  const fresh = `${data}.new`
  const firstPassword = join(folder, 'first-password')
  await rm(fresh, { recursive: true, force: true })
  await mkdir(fresh, { mode: 0o700, recursive: true })
  await writeFile(firstPassword, passwords.postgres, { mode: 0o600 })
  if (account !== undefined) await Promise.all([giveTo(fresh, account), giveTo(firstPassword, account)])
  try {
    await runProgram(
      join(bin, 'initdb'),
      [`--pgdata=${fresh}`, '--username=postgres', `--pwfile=${firstPassword}`, ...INITDB, ...options],
      { account, cwd: fresh, atWork },
    )
    await runProgram(join(bin, 'postgres'), ['--single', '-j', '-D', fresh, 'template1'], {
      account,
      cwd: fresh,
      input: firstStatements(passwords),
    })
  } finally {
    await rm(firstPassword, { force: true })
  }
  await writePasswords(folder, passwords)
  await rename(fresh, data)
}

/** One order for the whole disk instead of one for each of a thousand files; PostgreSQL 17 and newer, where the system has it. */
const SYNC = process.platform === 'linux' ? ['--sync-method=syncfs'] : []
const INITDB = [
  '--encoding=UTF8',
  '--locale=C',
  '--auth=scram-sha-256',
  '--data-checksums',
  '--no-instructions',
]

/** In single-user mode with -j a statement ends with a semicolon and an empty line. */
function firstStatements({ fairlead }: Passwords): string {
  return [
    `create role ${DATABASE} login nosuperuser nobypassrls nocreatedb nocreaterole password '${fairlead}';`,
    // A tenth of the time that a new database takes.
    `alter database postgres rename to ${DATABASE};`,
    `alter database ${DATABASE} owner to ${DATABASE};`,
    '',
  ].join('\n\n')
}

const newPassword = (): string => randomBytes(24).toString('base64url')
export const newPasswords = (): Passwords => ({ fairlead: newPassword(), postgres: newPassword() })

const passwordFile = (folder: string): string => join(folder, 'passwords.json')
export const writePasswords = (folder: string, passwords: Passwords): Promise<void> =>
  writeFile(passwordFile(folder), JSON.stringify(passwords), { mode: 0o600, flush: true })
export const readPasswords = async (folder: string): Promise<Passwords> =>
  JSON.parse(await readFile(passwordFile(folder), 'utf8')) as Passwords
