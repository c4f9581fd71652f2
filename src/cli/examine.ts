import { readdir, readFile, stat, statfs, unlink, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { isFault } from '../lib/fault.ts'
import { check } from '../manifest/check.ts'
import { readManifest } from '../manifest/read.ts'
import { readStateFile } from '../sync/state-file.ts'

/** What was looked at, whether it is well, what was found, and what to do when it is not well. */
export type Finding = {
  readonly what: string
  readonly ok: boolean
  readonly found: string
  readonly todo?: string
}

/** What is looked at: tests look at worse ones. */
export type Patient = {
  /** The installation's folder. */
  readonly root: string
  readonly nodeVersion: string
  readonly nowMs: number
  readonly leastFreeBytes: number
  readonly state: string | undefined
  /** `FAIRLEAD_STATE_KEY` is set. */
  readonly hasStateKey: boolean
}

const LEAST_NODE = 24

/** Looks at everything a run depends on, except the app. */
export async function examine(patient: Patient): Promise<readonly Finding[]> {
  const { state } = patient
  const findings = await Promise.all([
    nodeVersion(patient),
    clock(patient),
    disk(patient),
    ...(state === undefined ? [] : [stateFile(state), keyFile(state), grantFile(state, patient)]),
    ...(await connectors(patient)),
  ])
  return findings.filter((finding) => finding !== undefined)
}

function nodeVersion({ nodeVersion }: Patient): Finding {
  return finding('Node', {
    ok: Number(/\d+/.exec(nodeVersion)?.[0]) >= LEAST_NODE,
    found: nodeVersion,
    todo: `install Node ${LEAST_NODE}, or run "npm ci", which installs a pinned one, and start bin/fairlead`,
  })
}

/** A clock that lies makes windows lie. Without a network it can be compared with files only. */
async function clock({ root, state, nowMs }: Patient): Promise<Finding> {
  const written = await Promise.all([join(root, 'package.json'), state ?? root].map(modifiedMs))
  return finding('clock', {
    ok: nowMs > Math.max(...written) - 60_000,
    found: new Date(nowMs).toISOString(),
    todo: 'the clock is behind files that were written before: set it',
  })
}

const modifiedMs = (path: string) =>
  stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  )

async function disk({ state, leastFreeBytes }: Patient): Promise<Finding> {
  const folder = await nearestFolder(state === undefined ? '.' : dirname(resolve(state)))
  const problem = await whyNotWritable(folder)
  const free = await statfs(folder).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => 0,
  )
  return finding(`disk at ${folder}`, {
    ok: problem === undefined && free >= leastFreeBytes,
    found: problem ?? `${Math.round(free / 1024 ** 2)} MiB free`,
    todo: 'positions could not be saved: make room, or name a state file in a folder that can be written to',
  })
}

/** A run makes the folders that are missing. */
async function nearestFolder(path: string): Promise<string> {
  const isThere = await stat(path).then(
    () => true,
    () => false,
  )
  return isThere || path === dirname(path) ? path : nearestFolder(dirname(path))
}

/** By writing: rights, read-only disks and quotas all show in that. */
async function whyNotWritable(folder: string): Promise<string | undefined> {
  const probe = join(folder, `.fairlead-doctor-${process.pid}`)
  try {
    await writeFile(probe, 'x', { flag: 'wx' })
    await unlink(probe)
    return undefined
  } catch (error) {
    return `nothing can be written: ${(error as NodeJS.ErrnoException).code}`
  }
}

async function stateFile(path: string): Promise<Finding> {
  try {
    const state = await readStateFile(path)
    const streams = Object.keys(state?.streams ?? {}).length
    return finding(path, {
      ok: true,
      found: state === undefined ? 'not there yet' : `${state.connector}, positions of ${streams} streams`,
    })
  } catch (error) {
    if (!isFault(error)) throw error
    return finding(path, {
      ok: false,
      found: error.message,
      todo: 'move it away: the next run begins again with the look-back, and its events have the same ids',
    })
  }
}

async function keyFile(state: string): Promise<Finding | undefined> {
  const path = `${state}.key`
  const open = await openToOthers(path)
  if (open !== undefined) return open
  const size = (await readFile(path).catch(() => undefined))?.length
  if (size === undefined) return undefined
  return finding(path, {
    ok: size === 32,
    found: `${size} bytes`,
    todo: 'it is not a key of 32 bytes: put the right one back, or remove it with the grant and connect again',
  })
}

async function grantFile(state: string, { hasStateKey }: Patient): Promise<Finding | undefined> {
  const path = `${state}.grant`
  const open = await openToOthers(path)
  if (open !== undefined || (await modifiedMs(path)) === 0) return open
  const hasKey = hasStateKey || (await modifiedMs(`${state}.key`)) > 0
  return finding(path, {
    ok: hasKey,
    found: hasKey ? 'sealed' : 'sealed, and there is no key',
    todo: 'set FAIRLEAD_STATE_KEY, put the key file back, or connect again',
  })
}

/** A finding when others than the owner may read it. Windows has other means than modes. */
async function openToOthers(path: string): Promise<Finding | undefined> {
  const mode = await stat(path).then(
    ({ mode }) => mode & 0o777,
    () => 0,
  )
  if ((mode & 0o077) === 0 || process.platform === 'win32') return undefined
  return finding(path, {
    ok: false,
    found: `mode ${mode.toString(8)}`,
    todo: `others can read it: chmod 600 ${path}, and connect again if others were there`,
  })
}

async function connectors({ root }: Patient): Promise<Promise<Finding>[]> {
  const folder = join(root, 'connectors')
  const names = await readdir(folder).catch(() => [])
  return names.sort().map(async (name) => {
    const errors = await readManifest(join(folder, name)).then(
      (files) => check(files).complaints.filter(({ level }) => level === 'error').length,
      () => 1,
    )
    return finding(`connector ${name}`, {
      ok: errors === 0,
      found: errors === 0 ? 'checks' : `${errors} error${errors === 1 ? '' : 's'}`,
      todo: `fairlead validate ${join(folder, name)}`,
    })
  })
}

function finding(
  what: string,
  { ok, found, todo }: { readonly ok: boolean; readonly found: string; readonly todo?: string },
): Finding {
  return { what, ok, found, ...(ok || todo === undefined ? {} : { todo }) }
}
