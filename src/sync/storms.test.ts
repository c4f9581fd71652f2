import assert from 'node:assert/strict'
import { after, before, type TestContext, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { type Outgoing, refusal } from '../emulator/wire.ts'
import type { Connector } from '../model/connector.ts'
import {
  type Between,
  connectNorthwind,
  emulatedConnections,
  northwindWith,
  serveNorthwind,
  storesOfFile,
  workerOf,
} from './testing/platform.ts'
import { readAgain, streamRows, until } from './testing/rows.ts'

/** What an app in trouble does to its own stream, and to nothing else: G5. */

const file = storesOfFile({ before, after })
const RETRY_AFTER_S = 1

/** Two apps, one of them in trouble, read by one worker. */
async function besideACalmOne(t: TestContext, connector: Connector, trouble: { between: Between }) {
  const { stores } = file
  const troubled = await serveNorthwind(t, { records: 60 }, (request, answer) =>
    trouble.between(request, answer),
  )
  const calm = await serveNorthwind(t, { records: 60 })
  const id = await connectNorthwind(stores, connector, ['audit', 'groups', 'users'])
  const other = await connectNorthwind(stores, connector, ['audit', 'users'])
  const urls = new Map([
    [id, troubled.url],
    [other, calm.url],
  ])
  await workerOf(t, stores, emulatedConnections(connector, urls), { name: `worker-${id}`, concurrency: 4 })
  const calmEnd = async () => {
    const rows = await until(
      () => streamRows(stores, other),
      (all) => all.every(({ last_success_at }) => last_success_at !== null),
    )
    return Math.max(...rows.map(({ last_success_at }) => last_success_at?.getTime() ?? 0))
  }
  return { stores, id, troubled, calmEnd }
}

const STORMS = [
  {
    what: '429',
    answer: (): Outgoing => {
      const told = refusal(429, 'slow_down', 'Too many.')
      return { ...told, headers: { ...told.headers, 'retry-after': String(RETRY_AFTER_S) } }
    },
    code: 'SOURCE_THROTTLED',
    /** The app said when to come back, so nobody asks in between: one at the start, then one each time. */
    most: (seconds: number) => 4 + 1.2 * (seconds / RETRY_AFTER_S),
  },
  {
    what: '500',
    answer: (): Outgoing => refusal(500, 'broken', 'Broken.'),
    code: 'SOURCE_UNAVAILABLE',
    /** Each of three streams asks its attempts, and no more. */
    most: () => 3 * 2 * 1.2,
  },
]
for (const { what, answer, code, most } of STORMS)
  test(`a storm of ${what}: no more requests than allowed, the streams fail with a time, others go on, and it recovers alone`, async (t) => {
    const connector = await northwindWith(['attempts: 6', 'attempts: 2'])
    const trouble: { between: Between } = { between: async () => answer() }
    const { stores, id, troubled, calmEnd } = await besideACalmOne(t, connector, trouble)
    const failed = await until(
      () => streamRows(stores, id),
      (rows) => rows.every(({ state, lease_until }) => state === 'failed' && lease_until === null),
      60_000,
    )
    const times = troubled.asked.map(({ atMs }) => atMs)
    const seconds = (Math.max(...times) - Math.min(...times)) / 1000
    assert.ok(times.length <= most(seconds), `${times.length} requests in ${seconds} s`)
    const endMs = Math.max(...failed.map(({ last_run_at }) => last_run_at?.getTime() ?? 0))
    assert.ok((await calmEnd()) < endMs + 10_000)
    for (const { fault, failures, next_run_at } of failed) {
      assert.deepEqual([fault?.code, fault?.blame, failures], [code, 'source', 1])
      const waitMs = next_run_at.getTime() - Date.now()
      assert.ok(waitMs > 10_000 && waitMs < 90_000, `${waitMs} ms`)
    }
    const again = await readAgain(stores, id)
    assert.ok(again.every(({ failures }) => failures === 2))
    const waits = again.map(({ next_run_at }) => next_run_at.getTime() - Date.now())
    assert.ok(
      waits.every((ms) => ms > 60_000),
      `twice as long: ${waits}`,
    )
    trouble.between = (_, honest) => honest()
    const recovered = await readAgain(stores, id)
    assert.ok(
      recovered.every(
        ({ state, failures, fault }) => state === 'waiting' && failures === 0 && fault === null,
      ),
    )
  })

const BOMB = gzipSync(Buffer.alloc(80 * 1024 * 1024))
const never = new Promise<Outgoing>(() => undefined)
const TROUBLES: readonly (readonly [
  what: string,
  code: string,
  answer: (honest: Outgoing) => Outgoing | Promise<Outgoing>,
])[] = [
  ['slow answers', 'SOURCE_UNAVAILABLE', () => never],
  ['cut connections', 'SOURCE_UNAVAILABLE', (told) => ({ ...told, isCut: true })],
  [
    'bodies that end too early',
    'SOURCE_UNREADABLE',
    (told) => ({ ...told, body: String(told.body).slice(0, 200) }),
  ],
  [
    'a gzip bomb',
    'ANSWER_TOO_LARGE',
    (told) => ({ ...told, headers: { ...told.headers, 'content-encoding': 'gzip' }, body: BOMB }),
  ],
]
for (const [what, code, wrong] of TROUBLES)
  test(`${what} are a fault of the stream alone`, async (t) => {
    const connector = await northwindWith(['attempts: 6', 'attempts: 2'], ['timeout: 30s', 'timeout: 2s'])
    const isAudit = ({ url }: Parameters<Between>[0]) => url.pathname.endsWith('/audit')
    const trouble: { between: Between } = {
      between: async (request, answer) => (isAudit(request) ? wrong(await answer()) : answer()),
    }
    const { stores, id, calmEnd } = await besideACalmOne(t, connector, trouble)
    const [audit, groups, users] = await until(
      () => streamRows(stores, id),
      (rows) => rows.every(({ failures, last_success_at }) => failures > 0 || last_success_at !== null),
    )
    assert.equal(audit?.fault?.code, code)
    assert.deepEqual([groups?.fault, users?.fault], [null, null])
    await calmEnd()
    trouble.between = (_, answer) => answer()
    const [healed] = await readAgain(stores, id, 'audit')
    assert.equal(healed?.fault, null)
    assert.ok((healed?.events_total ?? 0) > 50)
  })
