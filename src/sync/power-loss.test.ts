import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import { createClient } from '@clickhouse/client'
import type { Position } from '../model/collection.ts'
import { openActivityStore } from '../store/clickhouse/activity-store.ts'
import { openEngines } from '../store/engines/engines.ts'
import {
  connectNorthwind,
  emulatedConnections,
  openStoresAt,
  serveNorthwind,
  workerOf,
} from './testing/platform.ts'
import { readAgain, shownUids, streamRows, until } from './testing/rows.ts'

/**
 * G12: the power fails. The engines keep their files on a file system whose disk is a file written around the page cache, so that a copy
 * of this file is what had reached the disk. It takes root and loop devices.
 */

const run = promisify(execFile)
const DISK_BYTES = 700 * 2 ** 20

type Undo = (() => Promise<unknown>)[]

async function mounted(image: string, folder: string, undo: Undo): Promise<void> {
  const { stdout } = await run('losetup', ['--find', '--show', '--direct-io=on', image])
  const device = stdout.trim()
  undo.push(() => run('losetup', ['--detach', device]))
  await mkdir(folder, { recursive: true })
  await run('mount', ['-t', 'ext4', device, folder])
  undo.push(() => run('umount', [folder]))
}

async function newDisk(image: string, folder: string, undo: Undo): Promise<boolean> {
  try {
    await writeFile(image, '')
    await truncate(image, DISK_BYTES)
    await run('mkfs.ext4', ['-q', '-E', 'lazy_itable_init=0,lazy_journal_init=0', image])
    await mounted(image, folder, undo)
    return true
  } catch {
    return false
  }
}

/** A process and everything below it. */
async function family(pid: number): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry)).map(Number)
  const parents = await Promise.all(
    pids.map(async (entry) => {
      const text = await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => '')
      return [entry, Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1])] as const
    }),
  )
  const below = parents.filter(([, parent]) => parent === pid).map(([child]) => child)
  return [pid, ...(await Promise.all(below.map(family))).flat()]
}

function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids)
    try {
      process.kill(pid, signal)
    } catch {
      // It has ended meanwhile.
    }
}

/** @param isSafe false: the activity store does not wait for the disk. */
async function powerFails(t: TestContext, isSafe: boolean) {
  const root = await mkdtemp(join(tmpdir(), 'fairlead-power-'))
  const undo: Undo = [() => rm(root, { recursive: true, force: true })]
  t.after(async () => {
    for (const step of undo.toReversed()) await step().catch(() => undefined)
  })
  const image = join(root, 'disk')
  if (!(await newDisk(image, join(root, 'before'), undo))) return undefined
  const engines = await openEngines({ directory: join(root, 'before', 'data'), log: () => undefined })
  const close = once(engines.close)
  undo.push(close)
  const hooks = { after: (work: () => Promise<void>) => void undo.push(work) }
  const stores = await openStoresAt(hooks, engines)
  if (!isSafe) await doNotWait(engines.clickhouseUrl)
  const app = await serveNorthwind(hooks, { records: 600 })
  const id = await connectNorthwind(stores, app.connector, ['audit', 'users'])
  const worker = await workerOf(hooks, stores, emulatedConnections(app.connector, app.url))
  await until(
    () => streamRows(stores, id),
    (rows) => rows.every(({ last_success_at }) => last_success_at !== null),
  )
  const acknowledged = await shownUids(stores, id, 'audit')
  const [audit] = await streamRows(stores, id)

  const status = await engines.status()
  const pids = await Promise.all(
    [status.postgres, status.activity].map((one) => family(one === 'external' ? 0 : (one.pid ?? 0))),
  )
  signalAll(pids.flat(), 'SIGSTOP')
  await run('cp', ['--sparse=always', image, join(root, 'copy')])
  signalAll(pids.flat(), 'SIGCONT')
  await worker.stop()
  await stores.activity.close()
  await stores.control.close()
  await close()

  await mounted(join(root, 'copy'), join(root, 'after'), undo)
  const later = await openEngines({ directory: join(root, 'after', 'data'), log: () => undefined })
  undo.push(later.close)
  return { hooks, app, id, acknowledged, audit, later, rootKey: stores.rootKey }
}

const once = (work: () => Promise<void>) => {
  let done: Promise<void> | undefined
  return () => {
    done ??= work()
    return done
  }
}

async function doNotWait(url: string): Promise<void> {
  const client = createClient({ url })
  const answer = await client.query({
    query: `select name from system.tables where database = currentDatabase() and engine like '%MergeTree'`,
    format: 'JSONEachRow',
  })
  for (const { name } of await answer.json<{ name: string }>())
    await client.command({
      query: `alter table ${name} modify setting fsync_after_insert = 0, fsync_part_directory = 0`,
    })
  await client.close()
}

const NOT_HERE = 'no disk of its own can be made here: it takes root, mkfs.ext4 and loop devices'

test('after a power loss every acknowledged event is there, the position is where it was, and reading goes on', async (t) => {
  const found = await powerFails(t, true)
  if (found === undefined) return t.skip(NOT_HERE)
  const { hooks, app, id, acknowledged, audit, later, rootKey } = found
  const kept = await openStoresAt(hooks, later, rootKey)
  const [row] = await streamRows(kept, id)
  assert.deepEqual(row?.position as Position, audit?.position)
  const shown = await shownUids(kept, id, 'audit')
  assert.deepEqual([...shown].sort(), [...acknowledged].sort())
  assert.ok(shown.length > 500)
  await workerOf(hooks, kept, emulatedConnections(app.connector, app.url), { name: 'worker-2' })
  const rows = await readAgain(kept, id)
  assert.ok(rows.every(({ fault }) => fault === null))
  const again = await shownUids(kept, id, 'audit')
  assert.equal(new Set(again).size, again.length)
})

test('control: where the activity store does not wait for the disk, acknowledged events are gone', async (t) => {
  const found = await powerFails(t, false)
  if (found === undefined) return t.skip(NOT_HERE)
  const { hooks, id, acknowledged, later } = found
  const activity = openActivityStore({ url: later.clickhouseUrl })
  hooks.after(activity.close)
  const shown = await shownUids({ activity }, id, 'audit')
  assert.ok(shown.length < acknowledged.length, `${shown.length} of ${acknowledged.length}`)
})
