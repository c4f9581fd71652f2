import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { Secret } from '../lib/secret.ts'
import { type Delivery, receive } from './receive.ts'
import { connectorOf } from './testing/connector.ts'
import { NOW } from './testing/reading.ts'

const SIGNED = "{{ headers['x-time'] }}.{{ body }}"
const plan = (verify: object = {}, more: object = {}) =>
  connectorOf(
    {
      pushed: {
        kind: 'activity',
        receive: {
          path: '/hooks',
          verify: {
            hmac: 'sha256',
            header: 'X-Signature',
            prefix: 'v1=',
            secret: 'hook',
            over: SIGNED,
            time: "headers['x-time']",
            ...verify,
          },
          challenge: { when: "json.type == 'question'", answer: { answer: '{{ json.question }}' } },
          id: "headers['x-id']",
        },
        records: 'json.events',
        key: 'record.id',
        ...more,
      },
    },
    { secrets: { hook: { title: 'Signing secret' } } },
  ).streams['pushed']!
const SECRETS = { secrets: { hook: new Secret('s3cret') }, settings: {} }
const TIME = String(NOW / 1000)
const sign = (bytes: Uint8Array | string, time = TIME, secret = 's3cret') =>
  createHmac('sha256', secret).update(`${time}.`).update(bytes).digest('hex')

function delivery(
  body: Uint8Array | string,
  more: Partial<Delivery> = {},
  headers: Record<string, string> = {},
): Delivery {
  const rawBody = Buffer.from(body)
  return {
    method: 'POST',
    query: {},
    rawBody,
    nowMs: NOW,
    headers: { 'x-time': TIME, 'x-id': 'd-1', 'x-signature': `v1=${sign(rawBody)}`, ...headers },
    ...more,
  }
}
const EVENTS = '{"events":[{"id":"a"},{"id":9007199254740993},{}]}'

test('a signed delivery gives its rows, its identity, and what could not be read', () => {
  const { status, batch, id } = receive(plan(), delivery(EVENTS), SECRETS)
  assert.deepEqual(
    [status, id, batch?.rows.map(({ key }) => key), batch?.unreadable.length],
    [200, 'd-1', ['a', '9007199254740993'], 1],
  )
})

test('a signed question is answered', () => {
  assert.deepEqual(receive(plan(), delivery('{"type":"question","question":"q"}'), SECRETS), {
    status: 200,
    body: { answer: 'q' },
  })
})

const other = (header: string) => ({ 'x-signature': header })
const late = String(NOW / 1000 - 301)
const early = String(NOW / 1000 + 301)
const REFUSED: [name: string, given: Delivery, status: number][] = [
  ['no signature', delivery(EVENTS, { headers: { 'x-time': TIME } }), 401],
  ['a wrong signature', delivery(EVENTS, {}, other(`v1=${sign('{}')}`)), 401],
  ['another secret', delivery(EVENTS, {}, other(`v1=${sign(EVENTS, TIME, 'guess')}`)), 401],
  ['half a signature', delivery(EVENTS, {}, other(`v1=${sign(EVENTS).slice(0, 32)}`)), 401],
  ['no prefix', delivery(EVENTS, {}, other(sign(EVENTS))), 401],
  ['an empty signature', delivery(EVENTS, {}, other('v1=')), 401],
  ['a signature with something behind it', delivery(EVENTS, {}, other(`v1=${sign(EVENTS)}zz`)), 401],
  [
    'the right one as the ninth guess',
    delivery(EVENTS, {}, other(`${'v1=00,'.repeat(8)}v1=${sign(EVENTS)}`)),
    401,
  ],
  ['a body changed by one blank', delivery(`${EVENTS} `, {}, other(`v1=${sign(EVENTS)}`)), 401],
  [
    'a signature that is too old',
    delivery(EVENTS, {}, { 'x-time': late, ...other(`v1=${sign(EVENTS, late)}`) }),
    401,
  ],
  [
    'one from the future',
    delivery(EVENTS, {}, { 'x-time': early, ...other(`v1=${sign(EVENTS, early)}`) }),
    401,
  ],
  ['another time than was signed', delivery(EVENTS, {}, { 'x-time': String(NOW / 1000 - 1) }), 401],
  ['GET', delivery(EVENTS, { method: 'GET' }), 405],
  [
    'more than five megabytes, however it is signed',
    delivery(`"${'x'.repeat(5_300_000)}"`, {}, other('v1=00')),
    413,
  ],
  ['no JSON', delivery('hello'), 422],
  ['JSON that nests too deep', delivery('['.repeat(99) + ']'.repeat(99)), 422],
  ['a delivery without its identity', delivery(EVENTS, {}, { 'x-id': '' }), 422],
  ['records that are not where they should be', delivery('{}'), 422],
]
for (const [name, given, status] of REFUSED)
  test(`${name}: ${status}`, () => assert.deepEqual(receive(plan(), given, SECRETS), { status }))

test('without the secret nothing is taken, also not what was signed with an empty one', () => {
  const empty = delivery(EVENTS, {}, other(`v1=${sign(EVENTS, TIME, '')}`))
  for (const secrets of [{}, { hook: new Secret('') }])
    assert.equal(receive(plan(), empty, { secrets, settings: {} }).status, 401)
})

test('any of several signatures counts, and base64 as well', () => {
  const both = delivery(EVENTS, {}, other(`t=1,v0=00, v1=${'0'.repeat(64)} v1=${sign(EVENTS)}`))
  assert.equal(receive(plan(), both, SECRETS).status, 200)
  const base64 = Buffer.from(sign(EVENTS), 'hex').toString('base64')
  assert.equal(
    receive(plan({ encoding: 'base64', prefix: 'v1=' }), delivery(EVENTS, {}, other(`v1=${base64}`)), SECRETS)
      .status,
    200,
  )
})

test('the signature is over bytes: text beyond ASCII, and bytes that are no text', () => {
  assert.equal(receive(plan(), delivery('{"events":[{"id":"grüße 🙂"}]}'), SECRETS).status, 200)
  assert.equal(receive(plan(), delivery(Uint8Array.of(0xff, 0xfe, 0x00)), SECRETS).status, 422)
})

test('a stream that is asked for takes no deliveries', () => {
  const asked = connectorOf({ things: { kind: 'list', request: { get: '/things' } } }).streams['things']!
  assert.equal(receive(asked, delivery(EVENTS), SECRETS).status, 405)
})
