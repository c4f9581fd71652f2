import { mkdir, open, readdir, stat, unlink } from 'node:fs/promises'
import { hostname } from 'node:os'
import { basename, join } from 'node:path'
import { threadId } from 'node:worker_threads'
import type { Clock } from '../lib/clock.ts'
import { Fault } from '../lib/fault.ts'
import type { RandomBytes } from './context.ts'

type Options = { readonly folder: string; readonly clock: Clock; readonly random: RandomBytes }

/** A lock that is held. */
export type HeldLock = {
  /**
   * @throws {Fault} `SOURCE_UNAVAILABLE` when it was taken away meanwhile: the process slept for so long that others took
   * it for dead.
   */
  readonly confirm: () => Promise<void>
  readonly release: () => Promise<void>
}

/** Longer than any exchange takes, with its repetition and all time-outs. */
const ABANDONED_MS = 600_000
const LOOK_AGAIN_MS = 20
const NEXT_IN_LINE_MS = 5

const HOST = Buffer.from(hostname()).toString('base64url')
const OWNER = `${process.pid}-${threadId}`
/** Claims of this thread. Any other with its number is from a process that had the number before, as in a new container. */
const ours = new Set<string>()

/**
 * Waits until nobody else on this machine holds the lock, then holds it.
 *
 * Everybody who wants it puts a claim of a unique name into the folder and then looks: alone, it holds the lock. So of two who
 * claim at once at least one sees the other, and there are never two holders; the first by name waits until it is alone, the others
 * take their claims back and try later. A claim of a dead process may be removed by anybody: its name is never used again.
 */
export async function takeLock(lock: Options): Promise<HeldLock> {
  const { folder, clock, random } = lock
  await mkdir(folder, { recursive: true, mode: 0o700 })
  for (;;) {
    if ((await liveClaims(folder, clock)).length === 0) {
      const claim = await putClaim(folder, random)
      if (await isGranted(claim, lock)) return held(join(folder, claim))
      await removeClaim(join(folder, claim))
    }
    await clock.sleep(LOOK_AGAIN_MS + (random(1)[0] ?? 0) / 8)
  }
}

async function isGranted(claim: string, { folder, clock }: Options): Promise<boolean> {
  for (;;) {
    const claims = await liveClaims(folder, clock)
    if (claims.length === 1 && claims[0] === claim) return true
    if (claims.toSorted()[0] !== claim) return false
    await clock.sleep(NEXT_IN_LINE_MS)
  }
}

async function putClaim(folder: string, random: RandomBytes): Promise<string> {
  const name = `${HOST}.${OWNER}.${Buffer.from(random(12)).toString('hex')}`
  ours.add(name)
  await (await open(join(folder, name), 'wx', 0o600)).close()
  return name
}

function held(path: string): HeldLock {
  return {
    release: () => removeClaim(path),
    confirm: async () => {
      if (!(await exists(path)))
        throw new Fault('SOURCE_UNAVAILABLE', 'the lock on the stored credential was lost while waiting')
    },
  }
}

async function removeClaim(path: string): Promise<void> {
  await unlink(path).catch(ignoreAbsent)
  ours.delete(basename(path))
}

async function liveClaims(folder: string, clock: Clock): Promise<readonly string[]> {
  const live: string[] = []
  for (const name of await readdir(folder)) {
    if (await isLive(name, join(folder, name), clock)) live.push(name)
    else await unlink(join(folder, name)).catch(ignoreAbsent)
  }
  return live
}

async function isLive(name: string, path: string, clock: Clock): Promise<boolean> {
  const [host, owner = ''] = name.split('.')
  if (host === HOST) {
    if (owner === OWNER) return ours.has(name)
    if (!isRunning(Number.parseInt(owner, 10))) return false
  }
  const age = await stat(path).catch(ignoreAbsent)
  return age !== undefined && clock.now() - age.mtimeMs < ABANDONED_MS
}

/** Signal 0 asks only. A process that may not be asked is running. */
function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(ignoreAbsent)) !== undefined
}

function ignoreAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}
