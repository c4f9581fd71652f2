import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { connectNorthwind, serveNorthwind, storesOfFile } from './testing/platform.ts'
import { readAgain, setStreams, shownUids, streamRows, until } from './testing/rows.ts'
import { startProcess } from './testing/start-process.ts'

/** Abuse test 24: a worker's process that has no file descriptor left, and one whose memory does not suffice. */

const file = storesOfFile({ before, after })
const run = promisify(execFile)
const LEASE_MS = 2_000
const MOST_FILES = 4_096

/** How many files the process may have open; those it has stay. */
const limitFiles = (pid: number, most: number) =>
  run('prlimit', ['--pid', String(pid), `--nofile=${most}:${MOST_FILES}`]).then(
    () => true,
    () => false,
  )

const reached = async (id: string) => (await streamRows(file.stores, id))[0]?.position

test('a worker without a file descriptor left: the stream says so and stands still, reading goes on, and it recovers alone', async (t) => {
  const { stores } = file
  const app = await serveNorthwind(
    t,
    { records: 200, live: { count: 1, perMs: 2_000 } },
    async (_, answer) => {
      const told = await answer()
      // Each request takes a descriptor of its own.
      return { ...told, headers: { ...told.headers, connection: 'close' } }
    },
  )
  const id = await connectNorthwind(stores, app.connector, ['audit'])
  const worker = startProcess(stores, { name: `files-${id}`, url: app.url, leaseMs: LEASE_MS })
  t.after(() => void worker.kill('SIGKILL'))
  const [calm] = await readAgain(stores, id)
  assert.equal(calm?.fault, null, 'control: with descriptors it reads')
  const shown = await shownUids(stores, id, 'audit')
  const position = await reached(id)
  if (!(await limitFiles(worker.pid ?? 0, 3))) return t.skip('NOT RUN: it takes prlimit')

  await setStreams(stores, id, { next_run_at: new Date(0) })
  const [starved] = await until(
    () => streamRows(stores, id),
    ([row]) => row?.fault !== null && row?.lease_until === null,
  )
  assert.equal(starved?.fault?.code, 'PLATFORM_UNAVAILABLE', 'not blamed on the app')
  assert.deepEqual(starved?.position, position, 'the position stays')
  const waitMs = (starved?.next_run_at.getTime() ?? 0) - Date.now()
  assert.ok(waitMs > 0 && waitMs < 3_600_000, `${waitMs} ms`)
  assert.deepEqual((await shownUids(stores, id, 'audit')).toSorted(), shown.toSorted(), 'reading goes on')

  await limitFiles(worker.pid ?? 0, 1_024)
  const [well] = await readAgain(stores, id)
  assert.equal(well?.fault, null)
  assert.equal(worker.exitCode, null, 'the same process')
  const later = await shownUids(stores, id, 'audit')
  assert.equal(new Set(later).size, later.length)
  assert.ok(shown.every((uid) => later.includes(uid)))
})

/** Some 38 MB when they are read, nearly as many values as an answer may hold: the heap of 50 MB is a good deal larger than an idle worker takes, and smaller than that with the page. */
const EMPTY = 950_000

test('a worker whose memory does not suffice for a page ends; another reads the stream when its lease is over, and nothing is lost', async (t) => {
  const { stores } = file
  let isHuge = true
  const app = await serveNorthwind(t, { records: 200 }, async (request, answer) => {
    const told = await answer()
    if (!isHuge || !request.url.pathname.endsWith('/audit')) return told
    const page = JSON.parse(String(told.body)) as { entries: object[] }
    const entries = page.entries.map((entry) => ({ ...entry, data: 0 }))
    const most = `[${'[],'.repeat(EMPTY / entries.length)}0]`
    const text = JSON.stringify({ ...page, entries }).replaceAll('"data":0', `"data":${most}`)
    return { ...told, body: text }
  })
  const id = await connectNorthwind(stores, app.connector, ['audit'])
  const own = { url: app.url, leaseMs: LEASE_MS }
  const small = startProcess(stores, { ...own, name: `small-${id}`, mostMib: 50 })
  t.after(() => void small.kill('SIGKILL'))
  const exit = once(small, 'exit') as Promise<[number | null, string | null]>
  const ended = await Promise.race([
    exit,
    until(
      () => streamRows(stores, id),
      ([row]) => row?.fault !== null,
    ),
  ])
  assert.equal(ended.length, 2, JSON.stringify(ended))
  const [, signal] = await exit
  assert.equal(signal, 'SIGABRT', 'control: it ended for want of memory')
  assert.ok(
    app.asked.some(({ url }) => url.pathname.endsWith('/audit')),
    'and while it read',
  )
  assert.equal(await reached(id), null)
  isHuge = false

  const large = startProcess(stores, { ...own, name: `large-${id}` })
  t.after(() => void large.kill('SIGKILL'))
  const startMs = Date.now()
  const [row] = await until(
    () => streamRows(stores, id),
    ([audit]) => audit?.last_success_at !== null && audit?.lease_until === null,
  )
  assert.equal(row?.fault, null)
  assert.ok(Date.now() - startMs < LEASE_MS + 15_000)
  const shown = await shownUids(stores, id, 'audit')
  assert.equal(new Set(shown).size, shown.length)
  assert.ok(shown.length > 190, String(shown.length))
})
