import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Batch } from '../../model/collection.ts'
import type { Sample } from '../../model/sample.ts'
import { acme, entries, loaded, sampleOf } from '../testing/acme.ts'
import { stages } from '../testing/stages.ts'
import type { OpenStages } from './seams.ts'
import { testConnector } from './test-connector.ts'

type Tree = Readonly<Record<string, unknown>>

const AUDIT = {
  kind: 'activity',
  request: {
    get: '/audit',
    query: { since: "{{ format(window.start, 'iso') }}", until: "{{ format(window.end, 'iso') }}" },
  },
  page: { next: 'token', from: 'response.body.next', to: 'query.cursor' },
  records: 'response.body.items',
  key: 'record.id',
  window: { time: 'record.at', lookback: '7d', lag: '2m', overlap: '10m' },
  map: {
    common: { time: 'record.at', actor: { uid: 'record.who' } },
    by: 'record.what',
    events: {
      'file.view': {
        action: 'file.view',
        resource: { uid: 'record.id', name: 'record.id' },
        source: { ip: 'record.ip' },
      },
    },
    otherwise: { action: 'other' },
  },
}
const ITEMS = entries(6).map((item) => ({
  ...item,
  who: `u_${item.n}`,
  what: 'file.view',
  ip: '203.0.113.9',
}))
const page = (items: readonly unknown[], next: string, cursor?: string) => ({
  request: {
    method: 'GET',
    path: '/v1/audit',
    query: { since: 'x', until: 'y', ...(cursor !== undefined && { cursor }) },
  },
  response: { body: { items, next } },
})
const SAMPLE = sampleOf(page(ITEMS.slice(0, 3), 'two'), page(ITEMS.slice(3), '', 'two'))

/** The names of the tests that do not hold. */
async function failing(
  audit: Tree,
  sample: Sample = SAMPLE,
  openStages: OpenStages = stages(),
  connect: Tree = {},
): Promise<readonly string[]> {
  const connector = acme({ streams: { audit }, connect })
  const { results } = await testConnector({ connector, samples: { audit: sample }, golden: {}, openStages })
  return results.filter(({ ok }) => !ok).map(({ name, detail }) => `${name}: ${detail}`)
}

test('a sound connector holds', async () => {
  assert.deepEqual(await failing(AUDIT), [])
})

const profile = (name: string, more: Tree = {}) => [
  { profile: { name, with: { key: '{{ secrets.key }}', keyId: 'k', ...more } } },
]
const SIGNED: readonly (readonly [what: string, auth: readonly Tree[]])[] = [
  ['with a private key over headers', profile('http-signatures')],
  ['with Ed25519', profile('http-message-signatures', { algorithm: 'ed25519' })],
  ['with a shared key', profile('http-message-signatures')],
  [
    'by a login that a token of our own is sent with',
    [
      { login: { request: { post: '/login', auth: 'Signed' }, token: 'response.body.token' } },
      { name: 'Signed', jwt: { algorithm: 'ES256', issuer: '{{ secrets.app }}', key: '{{ secrets.pem }}' } },
    ],
  ],
]
for (const [what, auth] of SIGNED) {
  test(`a connector that signs ${what} holds`, async () => {
    const secrets = Object.fromEntries(['key', 'app', 'pem'].map((name) => [name, { title: name }]))
    assert.deepEqual(await failing(AUDIT, SAMPLE, stages(), { auth, secrets }), [])
  })
}

const BROKEN: readonly (readonly [what: string, change: Tree, sample: Sample, expected: RegExp])[] = [
  [
    'records looks beside the list',
    { records: 'response.body.entries' },
    SAMPLE,
    /^the sample holds records/,
  ],
  [
    'one key for two records',
    {},
    sampleOf(page([ITEMS[0], ITEMS[0]], '')),
    /^every record has a key of its own: e_100 stands for 2/,
  ],
  [
    'a record without a key',
    {},
    sampleOf(page([{ ...ITEMS[0], id: undefined }, ITEMS[1]], '')),
    /^every record has a key of its own: record 1 has none/,
  ],
  [
    'a time that is no time',
    {},
    sampleOf(page([{ ...ITEMS[0], at: 'yesterday' }], '')),
    /^the time of every record is read: record.at gives no time for e_100/,
  ],
  [
    'the token stands elsewhere',
    { page: { ...AUDIT.page, from: 'response.body.cursor' } },
    SAMPLE,
    /^the recorded pages lead to each other: page 1: no next page/,
  ],
  [
    'the last page names itself',
    {},
    sampleOf(page(ITEMS.slice(0, 3), 'two'), page(ITEMS.slice(3), 'two', 'two')),
    /^the recorded pages lead to each other: page 2: the last page names a next one/,
  ],
  [
    'an event has no name',
    {},
    sampleOf(page([{ ...ITEMS[0], what: undefined }], '')),
    /^every event name in the sample has a line: record.what gives no name for e_100/,
  ],
  [
    'a time cannot be meant',
    { map: { ...AUDIT.map, common: { time: "timestamp('1971-01-01T00:00:00Z')" } } },
    SAMPLE,
    /^every record becomes an event: e_100: RECORD_UNMAPPABLE/,
  ],
]
for (const [what, change, sample, expected] of BROKEN) {
  test(`it is noticed when ${what}`, async () => {
    const problems = await failing({ ...AUDIT, ...change }, sample)
    assert.ok(
      problems.some((problem) => expected.test(problem)),
      JSON.stringify(problems),
    )
  })
}

test('it is noticed when an event is not valid', async () => {
  const spoiled: OpenStages = (run) => {
    const { pages, normalize } = stages()(run)
    const spoil = (batch: Batch) => {
      const normalized = normalize(batch)
      return { ...normalized, events: normalized.events.map(({ severity_id: _, ...event }) => event) }
    }
    return { pages, normalize: spoil }
  }
  assert.match((await failing(AUDIT, SAMPLE, spoiled)).join(), /^every event is valid OCSF: severity_id/)
})

test('without a sample that is all there is to say', async () => {
  const { results } = await testConnector({
    connector: acme({ streams: { audit: AUDIT } }),
    samples: {},
    golden: {},
    openStages: stages(),
  })
  assert.deepEqual(
    results.map(({ name, ok }) => [name, ok]),
    [['there is a sample', false]],
  )
})

test('approved events are compared, and those of now are given to be approved', async () => {
  const connector = acme({ streams: { audit: AUDIT } })
  const run = async (golden: Parameters<typeof testConnector>[0]['golden']) =>
    testConnector({ connector, samples: { audit: SAMPLE }, golden, openStages: stages() })
  const { golden } = await run({})
  assert.equal(golden['audit']?.events.length, 6)
  const approved = (report: Awaited<ReturnType<typeof run>>) =>
    report.results.find(({ name }) => name.includes('approved'))
  assert.equal(approved(await run({}))?.ok, undefined)
  assert.equal(approved(await run(golden))?.ok, true)
  const [first, ...others] = golden['audit']?.events ?? []
  const other = await run({ audit: { about: '', events: [{ ...first, severity_id: 5 }, ...others] } })
  assert.match(approved(other)?.detail ?? '', /event 1: severity_id was 5, is 1/)
})

/** Collectors with a mistake each: what the simulation is for. */
const CARELESS: readonly (readonly [
  what: string,
  spoil: (batches: AsyncIterable<Batch>) => AsyncIterable<Batch>,
  expected: RegExp,
])[] = [
  [
    'stops after the first page',
    async function* (batches) {
      for await (const batch of batches) {
        yield batch
        return
      }
    },
    /^every record is collected exactly once, over several pages: \d+ of \d+ missing/,
  ],
  [
    'gives a page twice',
    async function* (batches) {
      for await (const batch of batches) {
        yield batch
        yield batch
      }
    },
    /^every record is collected exactly once, over several pages: \d+ more than once/,
  ],
  [
    'drops records it cannot read',
    async function* (batches) {
      for await (const batch of batches) yield { ...batch, unreadable: [] }
    },
    /^a renamed key is noticed/,
  ],
  [
    'gives no position',
    async function* (batches) {
      for await (const { position: _, ...batch } of batches) yield batch
    },
    /^a second run goes on from the saved position.*: the run gave no position/,
  ],
]
for (const [what, spoil, expected] of CARELESS) {
  test(`a collector that ${what} is caught`, async () => {
    const careless: OpenStages = (run) => {
      const { pages, normalize } = stages()(run)
      return { normalize, pages: (from) => spoil(pages(from)) }
    }
    // A window of its own is one list: the lag would call for a second run.
    const problems = await failing({ ...AUDIT, window: { ...AUDIT.window, lag: '0s' } }, SAMPLE, careless)
    assert.ok(
      problems.some((problem) => expected.test(problem)),
      JSON.stringify(problems),
    )
  })
}

test('northwind-docs holds, in all its streams', async () => {
  const { connector, samples } = await loaded('northwind-docs')
  const { results } = await testConnector({ connector, samples, golden: {}, openStages: stages() })
  assert.deepEqual(
    results.filter(({ ok }) => !ok),
    [],
  )
  assert.ok(results.length > 190, String(results.length))
})
