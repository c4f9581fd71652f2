import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { Secret } from '../lib/secret.ts'
import { loadConnector } from '../manifest/compile.ts'
import { type Delivery, receive } from './receive.ts'

const MANIFEST = `
fairlead: 1
app: { id: acme, name: Acme, vendor: Acme, version: 1.0.0 }
connect:
  secrets: { hook: { title: Signing secret } }
  hosts: [api.acme.example]
  baseUrl: https://api.acme.example
  auth: [{ none: true }]
  check: { request: { get: /me } }
streams:
  pushed:
    kind: activity
    receive:
      path: /hooks
      verify: { hmac: sha256, header: X-Signature, prefix: v1=, secret: hook, over: "{{ headers['x-time'] }}.{{ body }}", time: "headers['x-time']", tolerance: 5m }
      challenge: { when: json.type == 'url_verification', answer: { challenge: "{{ json.challenge }}" } }
      id: json.delivery
    records: json.events
    key: record.id
    map: { common: { time: record.at }, otherwise: { action: other } }
`
const { connector, complaints } = loadConnector({ 'connector.yaml': MANIFEST })
assert.ok(connector, JSON.stringify(complaints))
const plan = connector.streams['pushed']!
const NOW = Date.UTC(2026, 10, 20)
const SECONDS = String(NOW / 1000)

function signed(
  body: unknown,
  change: Partial<{ time: string; key: string; header: string }> = {},
): Delivery {
  const rawBody = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
  const time = change.time ?? SECONDS
  const signature = createHmac('sha256', change.key ?? 'shared')
    .update(`${time}.`)
    .update(rawBody)
    .digest('hex')
  return {
    method: 'POST',
    query: {},
    rawBody,
    nowMs: NOW,
    headers: { 'x-time': time, 'x-signature': change.header ?? `v1=${signature}` },
  }
}
const options = { secrets: { hook: new Secret('shared') }, wasTaken: (id: string) => id === 'd-old' }
const GOOD = {
  delivery: 'd-1',
  events: [
    { id: 'e1', at: '2026-11-20T00:00:00Z' },
    { id: 'e2', at: '2026-11-20T00:00:01Z' },
  ],
}

test('a signed delivery is taken, with its records and its identity', () => {
  const { status, rows, id } = receive(plan, signed(GOOD), options)
  assert.deepEqual([status, id, rows?.rows.map(({ key }) => key)], [200, 'd-1', ['e1', 'e2']])
})

const REFUSED: [why: string, delivery: Delivery, status: number][] = [
  ['another key signed it', signed(GOOD, { key: 'other' }), 401],
  ['the signature lacks its prefix', signed(GOOD, { header: 'abc' }), 401],
  ['the signature is empty', signed(GOOD, { header: 'v1=' }), 401],
  ['it is not signed', { ...signed(GOOD), headers: { 'x-time': SECONDS } }, 401],
  ['it was signed six minutes ago', signed(GOOD, { time: String(NOW / 1000 - 360) }), 401],
  ['it was signed in six minutes', signed(GOOD, { time: String(NOW / 1000 + 360) }), 401],
  ['its time is no time', signed(GOOD, { time: 'soon' }), 401],
  [
    'its body was written anew',
    { ...signed(GOOD), rawBody: Buffer.from(JSON.stringify(GOOD, null, 1)) },
    401,
  ],
  ['it was taken before', signed({ ...GOOD, delivery: 'd-old' }), 409],
  ['it has no identity', signed({ events: [] }), 422],
  ['it is signed but no JSON', signed('{"delivery":'), 422],
  ['it is larger than a mebibyte', signed({ ...GOOD, padding: 'x'.repeat(1024 * 1024) }), 413],
  ['it is not posted', { ...signed(GOOD), method: 'GET' }, 405],
]
for (const [why, delivery, status] of REFUSED) {
  test(`a delivery is refused with ${status} when ${why}`, () =>
    assert.equal(receive(plan, delivery, options).status, status))
}

test('nothing is parsed before the signature holds: an unsigned bomb costs nothing', () => {
  const bomb = { ...signed('['.repeat(500_000)), headers: { 'x-time': SECONDS, 'x-signature': 'v1=00' } }
  assert.equal(receive(plan, bomb, options).status, 401)
})

test('a signed question is answered, and gives no rows', () => {
  const { status, body, rows } = receive(
    plan,
    signed({ type: 'url_verification', challenge: 'c-7' }),
    options,
  )
  assert.deepEqual([status, body, rows], [200, { challenge: 'c-7' }, undefined])
})

test('without the secret nothing is taken', () => {
  assert.equal(receive(plan, signed(GOOD), { ...options, secrets: {} }).status, 401)
})
