import { statfs } from 'node:fs/promises'

const LEAST_BYTES = 2 * 1024 ** 3
const LEAST_SHARE = 0.1
const WARN_SHARE = 0.2

/** `full`: no new data is taken in; `low`: somebody should make room. */
export type DiskSpace = {
  readonly level: 'ok' | 'low' | 'full'
  readonly freeBytes: number
  readonly totalBytes: number
}

/**
 * Refuses below 2 GiB or a tenth, whichever is less demanding on this disk: a tenth of a large disk is plenty,
 * and 2 GiB are most of a small one.
 */
export function judgeSpace(freeBytes: number, totalBytes: number): DiskSpace {
  const needed = Math.min(LEAST_BYTES, totalBytes * LEAST_SHARE)
  const wished = Math.min(LEAST_BYTES * 2, totalBytes * WARN_SHARE)
  const level = freeBytes < needed ? 'full' : freeBytes < wished ? 'low' : 'ok'
  return { level, freeBytes, totalBytes }
}

export async function diskSpace(folder: string): Promise<DiskSpace> {
  const { bavail, blocks, bsize } = await statfs(folder)
  return judgeSpace(bavail * bsize, blocks * bsize)
}
