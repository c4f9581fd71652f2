import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, statfs, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import { openEngines } from '../store/engines/engines.ts'
import {
  connectNorthwind,
  emulatedConnections,
  openStoresAt,
  serveNorthwind,
  workerOf,
} from './testing/platform.ts'
import { readAgain, setStreams, shownUids, streamRows, until } from './testing/rows.ts'

/** Abuse test 24, G9: the disk of the engines is full. Both on a small file system of their own, which takes root. */

const run = promisify(execFile)
const MIB = 2 ** 20
const SIZE_MIB = 420

async function smallDisk(t: TestContext): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-small-disk-'))
  const isMounted = await run('mount', ['-t', 'tmpfs', '-o', `size=${SIZE_MIB}m`, 'tmpfs', folder]).then(
    () => true,
    () => false,
  )
  t.after(async () => {
    if (isMounted) await run('umount', ['-l', folder])
    await rm(folder, { recursive: true, force: true })
  })
  return isMounted ? folder : undefined
}

async function freeMiB(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return (bavail * bsize) / MIB
}

/** @param isWatched whether the platform looks at the disk before it takes new data in. */
async function filled(t: TestContext, isWatched: boolean) {
  const folder = await smallDisk(t)
  if (folder === undefined) return undefined
  const engines = await openEngines({ directory: join(folder, 'engines'), log: () => undefined })
  t.after(engines.close)
  const stores = await openStoresAt(t, engines)
  const app = await serveNorthwind(t, { records: 2_000, live: { count: 5, perMs: 1_000 } })
  const id = await connectNorthwind(stores, app.connector, ['audit'])
  const isFull = async () => (await engines.status()).disk.level === 'full'
  await workerOf(t, stores, emulatedConnections(app.connector, app.url), {
    ports: isWatched ? { isFull } : {},
  })
  const [calm] = await readAgain(stores, id)
  assert.equal(calm?.fault, null)
  const acknowledged = await shownUids(stores, id, 'audit')
  const ballast = join(folder, 'ballast')
  const left = isWatched ? 30 : 0
  await writeFile(ballast, Buffer.alloc(Math.max(1, Math.floor((await freeMiB(folder)) - left)) * MIB)).catch(
    (error: NodeJS.ErrnoException) => assert.equal(error.code, 'ENOSPC'),
  )
  // Everything again: as many rows as there are, in other partitions of time.
  await setStreams(stores, id, { backfill_from: new Date(0), position: null })
  return { stores, id, acknowledged, ballast, freed: () => truncate(ballast, 0) }
}

test('a disk that fills up: collection stops with a fault that says so, what was acknowledged stays, and it resumes alone', async (t) => {
  const found = await filled(t, true)
  if (found === undefined) return t.skip('no file system of its own can be mounted here')
  const { stores, id, acknowledged, freed } = found
  const [stopped] = await readAgain(stores, id)
  assert.deepEqual([stopped?.fault?.code, stopped?.state], ['DISK_FULL', 'failed'])
  const waitMs = (stopped?.next_run_at.getTime() ?? 0) - Date.now()
  assert.ok(waitMs > 0 && waitMs < 5 * 60_000, `${waitMs} ms`)
  assert.equal((await shownUids(stores, id, 'audit')).length, acknowledged.length, 'reading goes on')
  await freed()
  const [resumed] = await readAgain(stores, id)
  assert.deepEqual([resumed?.fault, resumed?.state], [null, 'waiting'])
  await everyRowIsThere(found)
})

test('a disk with no byte left, and nobody looked: nothing acknowledged is lost, and it resumes alone', async (t) => {
  const found = await filled(t, false)
  if (found === undefined) return t.skip('no file system of its own can be mounted here')
  const { stores, id, freed } = found
  await setStreams(stores, id, { next_run_at: new Date(0) }).catch(() => undefined)
  await new Promise((wake) => setTimeout(wake, 3_000))
  await freed()
  await until(
    async () => {
      await setStreams(stores, id, { next_run_at: new Date(0) }).catch(() => undefined)
      return streamRows(stores, id).catch(() => [])
    },
    ([row]) =>
      row !== undefined && row.fault === null && row.backfill_from === null && row.lease_until === null,
    90_000,
  )
  await everyRowIsThere(found)
})

async function everyRowIsThere({
  stores,
  id,
  acknowledged,
}: NonNullable<Awaited<ReturnType<typeof filled>>>) {
  const shown = await shownUids(stores, id, 'audit')
  const known = new Set(shown)
  assert.equal(known.size, shown.length, 'shown twice')
  assert.deepEqual(acknowledged.filter((uid) => !known.has(uid)).length, 0, 'lost')
}
