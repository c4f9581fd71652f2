import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Connector, PagePlan, Rate, StreamPlan } from '../model/connector.ts'
import { Failure, Instant, type Program, type Template } from '../model/expression.ts'
import { check } from './check.ts'
import { compile, loadConnector } from './compile.ts'
import { ACME, type Edit, edited } from './testing/acme.ts'

function load(...edits: readonly Edit[]): Connector {
  const { connector, complaints } = loadConnector(edited(...edits))
  assert.ok(connector, JSON.stringify(complaints))
  return connector
}
const stream = (name: string, ...edits: readonly Edit[]): StreamPlan => {
  const plan = load(...edits).streams[name]
  assert.ok(plan)
  return plan
}
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
/** Compiles only when the types are the same. */
function sameType<A, B>(_proof: Same<A, B>): void {}

test('units become numbers, and what is left out has its default', () => {
  const { window, limits, page, every } = stream('audit')
  const { time, ...spans } = window!
  assert.deepEqual(spans, {
    lookback: 7 * 86_400_000,
    lag: 120_000,
    overlap: 600_000,
    maxSpan: 86_400_000,
    advance: 'end',
  })
  assert.equal(limits, undefined)
  assert.deepEqual(page, { next: 'link', rel: 'next' })
  assert.equal(every.evaluate({}), '2m')
})

test('defaults of objects inside objects are filled in, however deep', () => {
  const { limits, auth, check: proof } = load().connect
  assert.deepEqual(limits.rate, { count: 600, perMs: 60_000 })
  assert.equal(limits.concurrency, 4)
  assert.equal(limits.timeout, 60_000)
  assert.deepEqual(limits.retry, { on: [408, 425, 429, 500, 502, 503, 504], attempts: 6, maxWait: 900_000 })
  assert.equal(limits.headers?.resetUnit, 'unixSeconds')
  assert.equal(auth[0]?.oauth2?.token.accessToken.source, 'response.body.access_token')
  assert.equal(auth[0]?.oauth2?.pkce, 'S256')
  assert.equal(auth[1]?.apiKey?.send.headers?.['Authorization']?.source, 'Bearer {{ secrets.key }}')
  assert.equal(proof.expect.evaluate({ response: { status: 204 } }), true)
  assert.deepEqual(stream('org').page, { next: 'none' })
  const bare = load({
    from: '  limits:\n    rate: 600/min\n    headers: { remaining: x-ratelimit-remaining, reset: x-ratelimit-reset }\n',
    to: '',
  })
  assert.equal(bare.connect.limits.retry.attempts, 6)
})

test('expressions and templates are compiled in the scope of their field', () => {
  const { request, key, as } = stream('users')
  assert.equal(key?.evaluate({ record: { id: 7n } }), 7n)
  assert.equal(as?.['status']?.evaluate({ record: { state: 'off' } }), 'suspended')
  assert.equal(request?.query?.['per_page']?.evaluate({}), '200')
  const since = stream('audit').request?.query?.['since']?.evaluate({ window: { start: new Instant(0) } })
  assert.equal(since, '1970-01-01T00:00:00Z')
  assert.ok(key?.evaluate({ record: {} }) instanceof Failure)
})

test('a JSON body is a tree that keeps its types', () => {
  const to =
    "{ from: '{{ page.offset }}', size: 500, deep: [true, null, { a: 1.5 }], text: 'x{{ page.index }}', '__a': 1 }"
  const json = stream('shares', {
    from: "json:\n        product: '{{ over.product }}'\n        from: '{{ page.offset }}'\n        size: '{{ page.size }}'\n        after: \"{{ format(window.start, 'unix') }}\"",
    to: `json: ${to}`,
  }).request?.json
  assert.equal(json?.kind, 'object')
  const shape = JSON.stringify(json, (key, value) => (key === 'template' ? value.source : value))
  assert.deepEqual(JSON.parse(shape), {
    kind: 'object',
    entries: [
      ['from', { kind: 'template', template: '{{ page.offset }}' }],
      ['size', { kind: 'constant', value: 500 }],
      [
        'deep',
        {
          kind: 'list',
          items: [
            { kind: 'constant', value: true },
            { kind: 'constant', value: null },
            { kind: 'object', entries: [['a', { kind: 'constant', value: 1.5 }]] },
          ],
        },
      ],
      ['text', { kind: 'template', template: 'x{{ page.index }}' }],
      ['__a', { kind: 'constant', value: 1 }],
    ],
  })
})

test('numbers in texts are kept as they are written', () => {
  const query = stream('users', { from: 'per_page: 200', to: 'v: 1.10, n: 007, b: true' }).request?.query
  assert.deepEqual(
    ['v', 'n', 'b'].map((name) => query?.[name]?.evaluate({})),
    ['1.10', '007', 'true'],
  )
})

test('parts in files are the same as parts in place', () => {
  const inline = ACME['mappings/audit.yaml']!.split('\n')
    .map((line) => `      ${line}`)
    .join('\n')
  const to = `maxSpan: 1d }\n    map:\n${inline}`
  const inPlace = load({ from: 'maxSpan: 1d }\n    map: mappings/audit.yaml', to })
  assert.equal(inPlace.digest, load().digest)
})

test('events and tables of a mapping may be spread over files, and a name stands once', () => {
  const events = 'events:\n  file.deleted: { action: file.delete }\n'
  const list = 'map: [mappings/audit.yaml, mappings/more.yaml]'
  const files = { ...edited({ from: 'map: mappings/audit.yaml', to: list }), 'mappings/more.yaml': events }
  const names = Object.keys(loadConnector(files).connector?.streams['audit']?.map?.events ?? {})
  assert.ok(names.includes('file.deleted') && names.includes('login.success'))
  const twice = { ...files, 'mappings/more.yaml': events.replace('file.deleted', 'login.success') }
  const [complaint] = loadConnector(twice).complaints
  assert.deepEqual(
    [complaint?.code, complaint?.file, complaint?.line],
    ['KEY_REPEATED', 'mappings/more.yaml', 2],
  )
})

test('the digest depends on the meaning, not on the order of keys or the layout', () => {
  const { digest } = load()
  assert.match(digest, /^[\da-f]{64}$/)
  assert.equal(
    load({
      from: '  name: Acme Docs\n  vendor: Acme\n',
      to: '  vendor: "Acme"\n\n  # who\n  name: Acme Docs\n',
    }).digest,
    digest,
  )
  assert.equal(load({ file: 'samples/org.json', from: 'API v2', to: 'API v3' }).digest, digest)
  assert.notEqual(load({ from: 'per_page: 200', to: 'per_page: 201' }).digest, digest)
  assert.notEqual(
    load({ file: 'mappings/audit.yaml', from: 'severity: medium', to: 'severity: high' }).digest,
    digest,
  )
})

test('names of the author never meet those of JavaScript', () => {
  const { connector } = loadConnector(edited({ from: '  users:\n', to: '  users:\n' }))
  assert.equal(connector?.streams['constructor'], undefined)
  assert.equal(connector?.streams['audit']?.map?.events?.['toString'], undefined)
  const named = load({ file: 'mappings/audit.yaml', from: 'login.success:', to: 'constructor:' })
  assert.ok(named.streams['audit']?.map?.events?.['constructor'])
})

test('compile refuses what was not checked', () => {
  const { manifest } = check(ACME)
  const meanings = { programs: new Map(), templates: new Map() }
  assert.throws(
    () =>
      compile({
        document: {
          ...manifest!.document,
          streams: { a: { kind: 'list', request: { post: '/x', json: { a: 'b' } } } },
        },
        meanings,
      }),
    { code: 'MANIFEST_INVALID' },
  )
})

test('the types of a connector follow the language', () => {
  sameType<StreamPlan['every'], Template>(true)
  sameType<NonNullable<StreamPlan['key']>, Program>(true)
  sameType<NonNullable<StreamPlan['window']>['lag'], number>(true)
  sameType<Connector['connect']['limits']['concurrency'], number>(true)
  sameType<NonNullable<Connector['connect']['limits']['rate']>, Rate>(true)
  sameType<PagePlan['next'], 'none' | 'link' | 'url' | 'token' | 'offset' | 'page' | 'last' | 'repeat'>(true)
  sameType<Extract<PagePlan, { next: 'offset' }>['start'], number>(true)
})
