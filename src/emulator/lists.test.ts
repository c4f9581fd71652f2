import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Exchange } from '../model/sample.ts'
import { acme, answerSample, entries, sampleOf } from './testing/acme.ts'
import { held, NOW, open } from './testing/collected.ts'

const HOUR = 3_600_000
const token = { next: 'token', from: 'response.body.next', to: 'query.cursor' }
const page = (path: string, items: readonly unknown[]): Exchange => ({
  request: { method: 'GET', path },
  response: { body: { items, next: '' } },
})

const TEAMS = {
  kind: 'groups',
  request: { get: '/teams' },
  records: 'response.body.items',
  key: 'record.id',
  page: token,
}
const MEMBERS = {
  kind: 'groups',
  each: { stream: 'teams', keep: { team: 'parent.id' } },
  request: { get: '/teams/{{ parent.id }}/members' },
  records: 'response.body.items',
  key: "record.team + '/' + record.id",
  page: token,
  on: { 404: 'empty' },
}
const teams = answerSample({ items: [{ id: 't 1' }, { id: 't/2' }, { id: 't3' }], next: '' })

test('children are those of the parent that is asked for; a parent without a recording lends them from another', async () => {
  const members = sampleOf(
    page('/v1/teams/t%201/members', entries(7)),
    page('/v1/teams/t%2F2/members', [{ id: 'only' }]),
  )
  const world = open(acme({ streams: { list: MEMBERS, teams: TEAMS } }), { teams, list: members })
  const { keys } = await world.collect()
  assert.deepEqual(keys.toSorted(), held(world).toSorted())
  assert.deepEqual(
    keys.filter((key) => key.startsWith('t/2')),
    ['t/2/only'],
  )
  assert.equal(keys.filter((key) => key.startsWith('t 1/')).length, 7)
  assert.ok(keys.some((key) => key.startsWith('t3/')))
})

test('a parent whose recording is an error answers with that error', async () => {
  const gone: Exchange = { request: { path: '/v1/teams/t3/members' }, response: { status: 404, body: {} } }
  const members = sampleOf(
    page('/v1/teams/t%201/members', entries(2)),
    page('/v1/teams/t%2F2/members', entries(1)),
    gone,
  )
  const world = open(acme({ streams: { list: MEMBERS, teams: TEAMS } }), { teams, list: members })
  const { keys } = await world.collect()
  assert.deepEqual(keys, ['t 1/e_100', 't 1/e_101', 't/2/e_100'])
})

test('fan-outs nest', async () => {
  const roles = {
    kind: 'roles',
    each: { stream: 'members', keep: { member: 'parent.id', team: 'parent.team' } },
    request: { get: '/teams/{{ parent.team }}/members/{{ parent.id }}/roles' },
    records: 'response.body.items',
    key: "record.team + '/' + record.member + '/' + record.id",
    page: token,
  }
  const members = sampleOf(page('/v1/teams/t%201/members', entries(2)))
  const connector = acme({ streams: { teams: TEAMS, members: MEMBERS, list: roles } })
  const world = open(connector, {
    teams,
    members,
    list: sampleOf(page('/v1/teams/t%201/members/e_100/roles', entries(4))),
  })
  const { keys } = await world.collect()
  assert.equal(keys.length, 6 * 4)
  assert.deepEqual(keys.toSorted(), held(world).toSorted())
})

test('several parents in one request get the records of all of them', async () => {
  const batch = {
    kind: 'resources',
    each: { stream: 'teams', batch: 2 },
    request: { get: '/badges', query: { teams: "{{ parents.map(team, team.id).join(',') }}" } },
    records: 'response.body.items',
    key: 'record.id',
  }
  const shown = [0, 1, 2].map(
    (n): Exchange => ({
      request: { path: '/v1/badges', query: { teams: ['a', 'b', 'c'][n]! } },
      response: { body: { items: [{ id: `b${n}` }, { id: `c${n}` }] } },
    }),
  )
  const world = open(acme({ streams: { teams: TEAMS, list: batch } }), {
    teams: answerSample({ items: [{ id: 'a' }, { id: 'b' }, { id: 'c' }], next: '' }),
    list: sampleOf(...shown),
  })
  const { keys } = await world.collect()
  assert.deepEqual(keys.toSorted(), ['b0', 'b1', 'b2', 'c0', 'c1', 'c2'])
  assert.equal(world.emulator.counts().requests.get('list'), 2)
})

test('each value of over has a list of its own', async () => {
  const over = {
    kind: 'resources',
    over: { kind: ['doc', 'sheet'], place: [1, 2] },
    request: { get: '/list', query: { kind: '{{ over.kind }}', place: '{{ over.place }}' } },
    records: 'response.body.items',
    key: 'record.id',
    page: token,
  }
  const shown = [1, 2].flatMap((place) =>
    ['doc', 'sheet'].map(
      (kind): Exchange => ({
        request: { path: '/v1/list', query: { kind, place: String(place) } },
        response: {
          body: { items: entries(5).map(({ id }) => ({ id: `${kind}-${place}-${id}` })), next: '' },
        },
      }),
    ),
  )
  const world = open(acme({ streams: { list: over } }), { list: sampleOf(...shown) })
  const { keys } = await world.collect()
  assert.equal(new Set(keys).size, 20)
  assert.deepEqual(keys.toSorted(), held(world).toSorted())
})

test('an address that another answer gives is known, and needs no credential where it says so', async () => {
  const report = {
    kind: 'resources',
    before: { request: { post: '/reports' }, keep: { url: 'response.body.url' } },
    request: { get: '{{ before.url }}', auth: 'none' },
    decode: { as: 'csv' },
    key: 'record.id',
  }
  const shown = sampleOf(
    {
      request: { method: 'POST', path: '/v1/reports' },
      response: { body: { url: 'https://auth.acme.example/files/7?signature=s' } },
    },
    { request: { method: 'GET', path: '/files/7' }, response: { body: 'id,name\na,A\nb,B\n' } },
  )
  const world = open(acme({ streams: { list: report } }), { list: shown })
  assert.deepEqual((await world.collect()).keys, ['a', 'b'])
})

const FORMATS: readonly (readonly [start: string, end?: string])[] = [
  ["{{ format(window.start, 'iso') }}", "{{ format(window.end, 'iso') }}"],
  ["{{ format(window.start, 'unix') }}", "{{ format(window.end, 'unix') }}"],
  ["{{ format(window.start, 'unixMs') }}"],
  ["at:[{{ format(window.start, 'iso') }} TO {{ format(window.end, 'iso') }}]"],
]
for (const [start, end] of FORMATS) {
  test(`a window is understood as it is written: ${start}`, async () => {
    const query = { q: start, ...(end !== undefined && { until: end }) }
    const window = {
      kind: 'activity',
      request: { get: '/events', query },
      records: 'response.body.items',
      key: 'record.id',
      page: token,
      window: { time: 'record.at', lookback: '12h', overlap: '2h' },
      map: { otherwise: { action: 'other' } },
    }
    const world = open(acme({ streams: { list: window } }), {
      list: answerSample({ items: entries(24, NOW - 24 * HOUR), next: '' }),
    })
    const first = await world.collect()
    assert.deepEqual(
      first.keys,
      Array.from({ length: 12 }, (_, n) => `e_${112 + n}`),
    )
    await world.clock.sleep(HOUR)
    assert.ok(first.position !== undefined)
    assert.deepEqual((await world.collect(first.position)).keys, ['e_122', 'e_123'])
  })
}

test('activity is shown as late as the manifest says, and not earlier than a collector that knows it asks', async () => {
  const window = {
    kind: 'activity',
    request: {
      get: '/events',
      query: { since: "{{ format(window.start, 'iso') }}", until: "{{ format(window.end, 'iso') }}" },
    },
    records: 'response.body.items',
    key: 'record.id',
    page: token,
    window: { time: 'record.at', lag: '30m', overlap: '0s', maxSpan: '1d' },
    map: { otherwise: { action: 'other' } },
  }
  const world = open(
    acme({ streams: { list: window } }),
    { list: answerSample({ items: entries(10, NOW - 200 * HOUR), next: '' }) },
    { records: 200 },
  )
  const keys: string[] = []
  let position: Parameters<typeof world.collect>[0]
  for (let run = 0; run < 5; run++) {
    const collected = await world.collect(position)
    keys.push(...collected.keys)
    position = collected.position
    await world.clock.sleep(10 * 60_000)
  }
  assert.equal(keys.length, 200)
  assert.deepEqual(keys.toSorted(), held(world).toSorted())
})

test('a list inside each record is exploded, and every element is found by its own time', async () => {
  const sessions = Array.from({ length: 6 }, (_, n) => ({
    id: `s${n}`,
    steps: [0, 1, 2].map((k) => ({ id: `s${n}-${k}`, at: NOW - (9 - n) * HOUR + k * 40 * 60_000 })),
  }))
  const exploded = {
    kind: 'activity',
    request: {
      get: '/s',
      query: { from: "{{ format(window.start, 'unixMs') }}", to: "{{ format(window.end, 'unixMs') }}" },
    },
    records: 'response.body.items',
    explode: 'record.steps',
    key: 'record.id',
    page: token,
    window: { time: 'record.at', lookback: '1d', maxSpan: '1h' },
    map: { otherwise: { action: 'other' } },
  }
  const world = open(acme({ streams: { list: exploded } }), {
    list: answerSample({ items: sessions, next: '' }),
  })
  const { keys } = await world.collect()
  assert.equal(new Set(keys).size, 18)
  assert.deepEqual([...new Set(keys)].toSorted(), held(world).toSorted())
})

const FEED = {
  kind: 'activity',
  request: { get: '/feed', query: { position: '{{ cursor }}' } },
  records: 'response.body.items',
  key: 'record.id',
  map: { common: { time: 'record.at' }, otherwise: { action: 'other' } },
}
const FEEDS: readonly (readonly [what: string, stream: object])[] = [
  [
    'drained until an empty page',
    { ...FEED, page: { next: 'repeat' }, cursor: { from: 'response.body.next', save: 'afterEachPage' } },
  ],
  [
    'drained until the app says so',
    {
      ...FEED,
      page: { next: 'repeat', stop: 'response.body.more == false' },
      cursor: { from: 'response.body.next' },
    },
  ],
  [
    'drained until 204',
    {
      ...FEED,
      page: { next: 'repeat', stop: 'response.status == 204' },
      cursor: { from: "response.headers['x-next']" },
    },
  ],
  [
    'pages with tokens, a position at the end',
    { ...FEED, page: { ...token, from: 'response.body.page' }, cursor: { from: 'response.body.delta' } },
  ],
]
for (const [what, stream] of FEEDS) {
  test(`a feed goes on where it was left: ${what}`, async () => {
    const sample = sampleOf({
      response: {
        body: { items: entries(10, NOW - 10 * HOUR), more: true, next: 'p', page: 'q', delta: 'd' },
        headers: { 'x-next': 'p' },
      },
    })
    const world = open(
      acme({ streams: { list: stream } }),
      { list: sample },
      { live: { count: 1, perMs: HOUR } },
    )
    const first = await world.collect()
    assert.deepEqual(
      first.keys,
      Array.from({ length: 10 }, (_, n) => `e_${100 + n}`),
    )
    assert.ok(first.position !== undefined)
    assert.deepEqual((await world.collect(first.position)).keys, [])
    await world.clock.sleep(5 * HOUR)
    const { keys } = await world.collect(first.position)
    assert.ok(keys.length >= 3 && keys.length <= 8, String(keys.length))
    assert.deepEqual([...first.keys, ...keys], held(world))
  })
}

test('what cannot be turned round is answered as it was recorded, and said so', async () => {
  const odd = {
    kind: 'resources',
    request: { get: '/list' },
    records: "response.body.items.filter(item, item.id != 'e_101')",
    key: 'record.id',
    page: token,
  }
  const recorded = sampleOf(
    { request: { path: '/v1/list' }, response: { body: { items: entries(3), next: 'two' } } },
    {
      request: { path: '/v1/list', query: { cursor: 'two' } },
      response: { body: { items: [{ id: 'last' }], next: '' } },
    },
  )
  const world = open(acme({ streams: { list: odd } }), { list: recorded })
  assert.deepEqual((await world.collect()).keys, ['e_100', 'e_102', 'last'])
  assert.match(world.emulator.notes().join(), /list: records is no path/)
})
