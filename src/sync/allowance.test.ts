import assert from 'node:assert/strict'
import { after, before, type TestContext, test } from 'node:test'
import {
  connectNorthwind,
  emulatedConnections,
  northwind,
  serveNorthwind,
  storesOfFile,
  workerOf,
} from './testing/platform.ts'
import { setStreams, streamRows, until } from './testing/rows.ts'

/** What an app allows is obeyed by all workers together: G5. */

const file = storesOfFile({ before, after })
const RATE = { count: 20, perMs: 4_000 }
const STREAMS = ['users', 'groups', 'app_grants', 'api_tokens', 'shared_links', 'spaces', 'org', 'audit']

/** Two workers and one connection; after each round the worker that read it leaves, and the other one goes on. */
async function mostInWindow(t: TestContext, isTold: boolean): Promise<number> {
  const { stores } = file
  const { connector: plain } = await northwind()
  const { connect } = plain
  const connector = { ...plain, connect: { ...connect, limits: { ...connect.limits, rate: RATE } } }
  const app = await serveNorthwind(t, { records: 60 })
  const id = await connectNorthwind(stores, connector, STREAMS)
  for (let round = 0; round < 2; round++) {
    if (!isTold)
      await stores.control.asPlatform((tx) => tx.deleteFrom('run').where('connection_id', '=', id).execute())
    const sinceMs = Date.now()
    await setStreams(stores, id, { next_run_at: new Date(0) })
    const workers = await Promise.all(
      ['a', 'b'].map((name) =>
        workerOf(t, stores, emulatedConnections(connector, app.url), {
          name: `${name}-${round}-${id}`,
          concurrency: 8,
        }),
      ),
    )
    await until(
      () => streamRows(stores, id),
      (rows) =>
        rows.every(
          ({ last_success_at, lease_until }) =>
            (last_success_at?.getTime() ?? 0) > sinceMs && lease_until === null,
        ),
      90_000,
    )
    await Promise.all(workers.map(({ stop }) => stop()))
  }
  const times = app.asked.map(({ atMs }) => atMs)
  const inWindow = times.map(
    (from) => times.filter((at) => at >= from && at < from + RATE.perMs - 100).length,
  )
  t.diagnostic(`${times.length} requests; at most ${Math.max(...inWindow)} in ${RATE.perMs} ms`)
  return Math.max(...inWindow)
}

test('eight streams, two workers, a handover: the app never sees more than its rate', async (t) => {
  assert.ok((await mostInWindow(t, true)) <= RATE.count)
})

test('control: when the next worker is not told what was spent, the app sees more', async (t) => {
  assert.ok((await mostInWindow(t, false)) > RATE.count)
})
