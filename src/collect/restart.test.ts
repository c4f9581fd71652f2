import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { fakeClock } from '../lib/clock.ts'
import type { Position } from '../model/collection.ts'
import type { Connector } from '../model/connector.ts'
import { collect } from './collect.ts'
import { type App, type Asked, openApp, type Told } from './testing/app.ts'
import { connectorOf } from './testing/connector.ts'
import { NOW, surroundings } from './testing/reading.ts'

/** Whatever dies when: everything the app showed is written, and only what has one key is written twice. */

const MINUTE = 60_000
const at = (ms: number) => new Date(ms).toISOString()
type Event = { readonly id: string; readonly at: string; readonly group: string }
const EVENTS: readonly Event[] = Array.from({ length: 30 }, (_, i) => ({
  id: `e${i}`,
  at: at(NOW - (30 - i) * 10 * MINUTE),
  group: `g${i % 3}`,
}))
const between = ({ query }: Asked) =>
  EVENTS.filter(
    (event) =>
      event.at >= (query['since'] ?? '') &&
      event.at <= (query['until'] ?? '9') &&
      (query['group'] ?? event.group) === event.group,
  )
const paged = (events: readonly Event[], from: number, size = 3): Told => ({
  body: {
    items: events.slice(from, from + size),
    next: from + size < events.length ? String(from + size) : null,
  },
})
const since = { since: "{{ format(window.start, 'iso') }}", until: "{{ format(window.end, 'iso') }}" }
const window = { time: 'record.at', lookback: '6h', overlap: '15m', maxSpan: '2h' }
const tokens = {
  page: { next: 'token', from: 'response.body.next', to: 'query.c' },
  records: 'response.body.items',
  key: 'record.id',
}
const groups = { kind: 'list', request: { get: '/groups' }, key: 'record.id' }
const GROUPS: Told = { body: ['g0', 'g1', 'g2'].map((id) => ({ id })) }

type Shape = readonly [name: string, streams: Record<string, object>, answer: (asked: Asked) => Told]
const SHAPES: readonly Shape[] = [
  [
    'windows in pieces',
    { audit: { kind: 'activity', request: { get: '/audit', query: since }, ...tokens, window } },
    (asked) => paged(between(asked), Number(asked.query['c'] ?? 0)),
  ],
  [
    'a window for each of several values',
    {
      audit: {
        kind: 'activity',
        over: { group: ['g0', 'g1', 'g2'] },
        request: { get: '/audit', query: { ...since, group: '{{ over.group }}' } },
        ...tokens,
        window,
      },
    },
    (asked) => paged(between(asked), Number(asked.query['c'] ?? 0)),
  ],
  [
    'a window for each parent',
    {
      audit: {
        kind: 'activity',
        each: { stream: 'groups' },
        request: { get: '/groups/{{ parent.id }}/audit', query: since },
        ...tokens,
        window,
      },
      groups,
    },
    (asked) => {
      const group = /^\/groups\/(\w+)\/audit$/.exec(asked.path)?.[1]
      return group === undefined
        ? GROUPS
        : paged(between({ ...asked, query: { ...asked.query, group } }), Number(asked.query['c'] ?? 0))
    },
  ],
  [
    'a window for each batch of parents',
    {
      audit: {
        kind: 'activity',
        each: { stream: 'groups', batch: 2 },
        request: { get: '/audit', query: { ...since, groups: "{{ parents.map(p, p.id).join(',') }}" } },
        ...tokens,
        window,
      },
      groups,
    },
    (asked) => {
      const wanted = asked.query['groups']?.split(',')
      return wanted === undefined
        ? GROUPS
        : paged(
            between(asked).filter(({ group }) => wanted.includes(group)),
            Number(asked.query['c'] ?? 0),
          )
    },
  ],
  [
    'files that are listed by time and read one by one',
    {
      audit: {
        kind: 'activity',
        each: { stream: 'files' },
        request: { get: '/files/{{ parent.id }}' },
        records: 'response.body.items',
        key: 'record.id',
        page: { next: 'offset', to: 'query.skip', size: 2 },
      },
      files: {
        kind: 'list',
        request: { get: '/files', query: since },
        records: 'response.body.items',
        key: 'record.id',
        page: { next: 'token', from: 'response.body.next', to: 'query.c' },
        window,
      },
    },
    (asked) => {
      const file = /^\/files\/(\w+)$/.exec(asked.path)?.[1]
      if (file === undefined)
        return paged(
          between(asked).filter((_, i) => i % 3 === 0),
          Number(asked.query['c'] ?? 0),
          2,
        )
      const first = EVENTS.findIndex(({ id }) => id === file)
      return paged(EVENTS.slice(first, first + 3), Number(asked.query['skip'] ?? 0), 2)
    },
  ],
  [
    "a queue with the app's own positions, good after every page",
    {
      audit: {
        kind: 'activity',
        request: { get: '/feed', query: { position: '{{ cursor }}' } },
        page: { next: 'repeat' },
        records: 'response.body.items',
        key: 'record.id',
        cursor: { from: 'response.body.position', save: 'afterEachPage' },
      },
    },
    ({ query }) => {
      const from = Number(BigInt(query['position'] ?? 9007199254740993n) - 9007199254740993n)
      return {
        body: `{"position":${9007199254740993n + BigInt(Math.min(from + 3, 30))},"items":${JSON.stringify(EVENTS.slice(from, from + 3))}}`,
      }
    },
  ],
  [
    'a delta link that comes with the last page',
    {
      audit: {
        kind: 'activity',
        request: { get: '/delta', query: { delta: '{{ cursor }}' } },
        ...tokens,
        cursor: { from: 'response.body.delta' },
      },
    },
    ({ query }) => {
      const from = Number(query['c'] ?? query['delta'] ?? 0)
      const { items, next } = paged(EVENTS, from).body as { items: Event[]; next: string | null }
      return { body: next === null ? { items, delta: String(EVENTS.length) } : { items, next } }
    },
  ],
]

/** How one run ends: after so many batches, with or without its last position kept. */
type Death = { readonly after: number; readonly isSaved: boolean }
const deaths = fc.array(fc.record({ after: fc.integer({ min: 0, max: 7 }), isSaved: fc.boolean() }), {
  maxLength: 5,
})

async function survive(connector: Connector, app: App, plan: readonly Death[]): Promise<readonly string[]> {
  const written: string[] = []
  let kept: string | undefined
  for (const { after, isSaved } of [...plan, { after: Number.POSITIVE_INFINITY, isSaved: true }]) {
    const { run } = surroundings(connector, app)
    let taken = 0
    const position = kept === undefined ? undefined : (JSON.parse(kept) as Position)
    for await (const batch of collect({ ...run, stream: 'audit', position })) {
      if (taken++ >= after) break
      written.push(...batch.rows.map(({ key }) => key ?? '?'))
      assert.equal(batch.unreadable.length, 0)
      if (batch.position !== undefined && (isSaved || taken < after)) kept = JSON.stringify(batch.position)
    }
  }
  return written
}

const ids = EVENTS.map(({ id }) => id).sort()

for (const [name, streams, answer] of SHAPES) {
  test(`${name}: nothing is lost wherever a run dies`, async (t) => {
    const app = await openApp(t, answer)
    const connector = connectorOf(streams as never)
    await fc.assert(
      fc.asyncProperty(deaths, async (plan) => {
        assert.deepEqual([...new Set(await survive(connector, app, plan))].sort(), ids)
      }),
      { seed: 23, numRuns: 5 },
    )
  })

  test(`${name}: a run after a whole one repeats no more than the overlap`, async (t) => {
    const app = await openApp(t, answer)
    const written = await survive(connectorOf(streams as never), app, [{ after: 1000, isSaved: true }])
    assert.ok(written.length >= 30 && written.length <= 30 + 6, `${written.length}`)
  })
}

/** An app that shows some events late. */
async function readLate(t: TestContext, overlap: string): Promise<number> {
  const clock = fakeClock(NOW)
  const shown = (event: Event, i: number) =>
    clock.now() >= Date.parse(event.at) + (i % 4 === 0 ? 9 : 0) * MINUTE
  const future = EVENTS.map((event, i) => ({ ...event, at: at(NOW + i * 3 * MINUTE) }))
  const app = await openApp(t, ({ query }) =>
    paged(
      future.filter(
        (event, i) =>
          shown(event, i) && event.at >= (query['since'] ?? '') && event.at <= (query['until'] ?? ''),
      ),
      0,
      100,
    ),
  )
  const connector = connectorOf({
    audit: {
      kind: 'activity',
      request: { get: '/audit', query: since },
      ...tokens,
      window: { ...window, overlap },
    },
  })
  const { run } = surroundings(connector, app, { clock })
  const written = new Set<string | undefined>()
  let position: Position | undefined
  for (let i = 0; i < 25; i++) {
    for await (const batch of collect({ ...run, stream: 'audit', position })) {
      for (const { key } of batch.rows) written.add(key)
      position = batch.position ?? position
    }
    await clock.sleep(5 * MINUTE)
  }
  return written.size
}

test('events that the app shows late are caught by the overlap; without it they are lost', async (t) => {
  assert.equal(await readLate(t, '10m'), 30)
  assert.ok((await readLate(t, '0s')) < 30)
})
