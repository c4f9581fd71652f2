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

const LEFT_MIB = 30

/**
 * One connection was read while there was room, another is due when there is none.
 *
 * @param isWatched whether the platform looks at the disk before it takes new data in.
 */
async function filled(t: TestContext, isWatched: boolean) {
  const folder = await smallDisk(t)
  if (folder === undefined) return undefined
  const engines = await openEngines({ directory: join(folder, 'engines'), log: () => undefined })
  t.after(engines.close)
  const stores = await openStoresAt(t, engines)
  const app = await serveNorthwind(t, { records: 2_000 })
  const early = await connectNorthwind(stores, app.connector, ['audit'])
  const late = await connectNorthwind(stores, app.connector, ['audit'])
  await setStreams(stores, late, { next_run_at: new Date(Date.now() + 3_600_000) })
  const isFull = async () => (await engines.status()).disk.level === 'full'
  const worker = await workerOf(t, stores, emulatedConnections(app.connector, app.url), {
    ports: isWatched ? { isFull } : {},
  })
  const [calm] = await readAgain(stores, early)
  assert.equal(calm?.fault, null)
  const acknowledged = await shownUids(stores, early, 'audit')
  const ballast = join(folder, 'ballast')
  const fill = Math.max(1, Math.ceil((await freeMiB(folder)) - (isWatched ? LEFT_MIB : 0)))
  await writeFile(ballast, Buffer.alloc(fill * MIB)).catch((error: NodeJS.ErrnoException) =>
    assert.equal(error.code, 'ENOSPC'),
  )
  return { stores, early, late, acknowledged, worker, freed: () => truncate(ballast, 0) }
}

test('a disk that fills up: collection stops with a fault that says so, what was acknowledged stays, and it resumes alone', async (t) => {
  const found = await filled(t, true)
  if (found === undefined) return t.skip('no file system of its own can be mounted here')
  const { stores, early, late, acknowledged, freed } = found
  const [stopped] = await readAgain(stores, late)
  assert.deepEqual([stopped?.fault?.code, stopped?.state], ['DISK_FULL', 'failed'])
  const waitMs = (stopped?.next_run_at.getTime() ?? 0) - Date.now()
  assert.ok(waitMs > 0 && waitMs < 5 * 60_000, `${waitMs} ms`)
  assert.equal((await shownUids(stores, late, 'audit')).length, 0)
  assert.equal((await shownUids(stores, early, 'audit')).length, acknowledged.length, 'reading goes on')
  await freed()
  const [resumed] = await readAgain(stores, late)
  assert.deepEqual([resumed?.fault, resumed?.state], [null, 'waiting'])
  await everyRowIsThere(found)
})

test('a disk with no byte left, and nobody looked: nothing acknowledged is lost, and it resumes alone', async (t) => {
  const found = await filled(t, false)
  if (found === undefined) return t.skip('no file system of its own can be mounted here')
  const { stores, late, worker, freed } = found
  const due = () => setStreams(stores, late, { next_run_at: new Date(0) }).catch(() => undefined)
  const look = () => streamRows(stores, late).catch(() => [])
  await due()
  const [failed] = await until(
    look,
    ([row]) => (row?.fault ?? null) !== null || worker.errors.length > 0,
    60_000,
  )
  t.diagnostic(`${failed?.fault?.code ?? 'no row'}; told: ${worker.errors.map(String).slice(0, 2)}`)
  assert.equal(failed?.last_success_at ?? null, null)
  await freed()
  await until(
    async () => {
      await due()
      return look()
    },
    ([row]) => row !== undefined && row.last_success_at !== null && row.lease_until === null,
    90_000,
  )
  await everyRowIsThere(found)
})

async function everyRowIsThere({
  stores,
  early,
  late,
  acknowledged,
}: NonNullable<Awaited<ReturnType<typeof filled>>>) {
  const shown = await shownUids(stores, early, 'audit')
  assert.deepEqual([...shown].sort(), [...acknowledged].sort(), 'what was acknowledged, once')
  const later = await shownUids(stores, late, 'audit')
  assert.equal(new Set(later).size, later.length, 'shown twice')
  assert.ok(later.length > acknowledged.length - 20, `${later.length} of ${acknowledged.length}`)
}
