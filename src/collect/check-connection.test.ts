import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkConnection } from './check-connection.ts'
import { openApp, type Told } from './testing/app.ts'
import { connectorOf } from './testing/connector.ts'
import { surroundings, tokens } from './testing/reading.ts'

const STREAMS = { things: { kind: 'list', request: { get: '/things' } } }
type Case = readonly [name: string, check: object, told: Told, expected: object]
const CASES: readonly Case[] = [
  ['200 with a name', {}, { body: { name: 'ada' } }, { ok: true, identity: 'ada' }],
  ['200 without one', {}, { body: {} }, { ok: true }],
  [
    'scopes as text',
    { scopes: "response.headers['x-scopes']" },
    { body: {}, headers: { 'X-Scopes': 'a, b c' } },
    { ok: true, scopes: ['a', 'b', 'c'] },
  ],
  [
    'scopes as a list',
    { scopes: 'response.body.scopes' },
    { body: { scopes: ['a'] } },
    { ok: true, scopes: ['a'] },
  ],
  ['a status that the manifest expects', { expect: 'response.status == 404' }, { status: 404 }, { ok: true }],
  [
    'a 200 that does not hold',
    { expect: 'response.body.ok == true' },
    { body: { ok: false } },
    { ok: false, fault: 'SOURCE_REFUSED' },
  ],
  ['401', {}, { status: 401 }, { ok: false, fault: 'CREDENTIAL_REFUSED' }],
  ['403', {}, { status: 403 }, { ok: false, fault: 'PERMISSION_MISSING' }],
  ['404', {}, { status: 404 }, { ok: false, fault: 'SOURCE_REFUSED' }],
  [
    'a redirect',
    {},
    { status: 302, headers: { Location: 'https://login.example/' } },
    { ok: false, fault: 'EGRESS_BLOCKED' },
  ],
  ['500, again and again', {}, { status: 500 }, { ok: false, fault: 'SOURCE_UNAVAILABLE' }],
]
for (const [name, check, told, expected] of CASES) {
  test(`${name}: ${JSON.stringify(expected)}`, async (t) => {
    const app = await openApp(t, () => told)
    const connector = connectorOf(STREAMS, {
      check: { request: { get: '/me' }, identity: 'response.body.name', ...check },
    })
    const { fault, ...rest } = await checkConnection(surroundings(connector, app).run)
    assert.deepEqual({ ...rest, ...(fault && { fault: fault.code }) }, expected)
    assert.equal(app.asked[0]?.path, '/me')
  })
}

test('an expired token is no failure', async (t) => {
  const app = await openApp(t, ({ headers }) =>
    headers['authorization'] === 'Bearer new' ? { body: { name: 'ada' } } : { status: 401 },
  )
  const { run } = surroundings(connectorOf(STREAMS), app, { authorizer: tokens('old', 'new') })
  assert.deepEqual(await checkConnection(run), { ok: true, identity: 'ada' })
})
