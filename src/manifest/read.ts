import type { Stats } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Fault } from '../lib/fault.ts'
import { MAIN_FILE, type ManifestFiles } from './files.ts'

/** Larger files cannot be part of a manifest; `check` says so of those that are named. */
const MOST_BYTES = 16 * 1024 * 1024

/**
 * The files of a connector: its YAML and its samples, by their paths in the folder.
 *
 * @param path a connector's folder, or the connector.yaml in it.
 * @param isWanted which of the files to read, by their paths; `connector.yaml` must be among them.
 * @throws {Fault} `MANIFEST_UNREADABLE`
 */
export async function readManifest(
  path: string,
  isWanted: (name: string) => boolean = () => true,
): Promise<ManifestFiles> {
  const isFile = await stat(path).then(
    (found) => !found.isDirectory() && kindOfFile(found, path),
    (cause: NodeJS.ErrnoException) => {
      throw new Fault('MANIFEST_UNREADABLE', `${path}: ${cause.code ?? 'cannot be read'}`, { cause })
    },
  )
  if (isFile && basename(path) !== MAIN_FILE) return { [MAIN_FILE]: await readText(path) }
  const folder = isFile ? dirname(path) : path
  const names = await readdir(folder, { recursive: true })
  const wanted = names
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => isPart(name) && isWanted(name))
    .sort()
  if (!wanted.includes(MAIN_FILE)) throw new Fault('MANIFEST_UNREADABLE', `${folder} has no ${MAIN_FILE}`)
  return Object.fromEntries(
    await Promise.all(wanted.map(async (name) => [name, await readText(join(folder, name))] as const)),
  )
}

/** A device or a pipe may never end. */
function kindOfFile(found: Stats, path: string): true {
  if (found.isFile()) return true
  throw new Fault('MANIFEST_UNREADABLE', `${path} is neither a file nor a folder`)
}

/** A manifest that came by another way than a folder, e.g. from standard input. */
export function manifestOfText(text: string): ManifestFiles {
  return { [MAIN_FILE]: text }
}

/** YAML anywhere but in golden and hidden folders, JSON in samples. */
function isPart(name: string): boolean {
  if (/(?:^|\/)(?:\.|golden\/|node_modules\/)/.test(name)) return false
  return /\.ya?ml$/.test(name) || /^samples\/[^/]+\.json$/.test(name)
}

async function readText(path: string): Promise<string> {
  try {
    const bytes = await readFile(path)
    if (bytes.length > MOST_BYTES)
      throw new Fault('MANIFEST_UNREADABLE', `${path} is larger than ${MOST_BYTES} bytes`)
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    if (cause instanceof Fault) throw cause
    const reason = cause instanceof TypeError ? 'is not UTF-8' : 'cannot be read'
    throw new Fault('MANIFEST_UNREADABLE', `${path} ${reason}`, { cause })
  }
}
