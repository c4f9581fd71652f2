import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { challengeOf, deliveryOf } from './delivery.ts'
import { acme } from './testing/acme.ts'

const connector = acme({
  streams: {
    pushed: {
      kind: 'activity',
      receive: {
        path: '/hooks',
        verify: {
          hmac: 'sha256',
          header: 'X-Signature',
          prefix: 'v1=',
          secret: 'hook',
          over: "{{ headers['x-time'] }}.{{ body }}",
          time: "headers['x-time']",
        },
        challenge: { when: "json.type == 'url_verification'", answer: { challenge: '{{ json.challenge }}' } },
        id: "headers['x-delivery']",
      },
      records: 'json.events',
      key: 'record.id',
      map: { common: { time: 'record.at' }, otherwise: { action: 'other' } },
    },
  },
  connect: { secrets: { hook: {} } },
})
const receive = connector.streams['pushed']!.receive!
const sending = { secret: 'shared', nowMs: Date.UTC(2026, 10, 20), serial: 1 }

test('a delivery is signed over what the manifest says, at this moment', () => {
  const { path, headers, body } = deliveryOf(receive, { events: [{ id: 1 }] }, sending)
  const expected = createHmac('sha256', 'shared').update(`1795132800.${body}`).digest('hex')
  assert.equal(path, '/hooks')
  assert.equal(headers['x-time'], '1795132800')
  assert.equal(headers['x-signature'], `v1=${expected}`)
  assert.deepEqual(JSON.parse(body), { events: [{ id: 1 }] })
})

test('two deliveries differ in their identity, one delivery sent again does not', () => {
  const id = (serial: number) => deliveryOf(receive, {}, { ...sending, serial }).headers['x-delivery']
  assert.notEqual(id(1), id(2))
  assert.equal(id(1), id(1))
})

test('the challenge is one that the manifest answers', () => {
  const { body } = challengeOf(receive, sending)!
  const json: unknown = JSON.parse(body)
  assert.equal(receive.challenge?.when.evaluate({ json, headers: {}, query: {}, body }), true)
  assert.match(String(receive.challenge?.answer['challenge']?.evaluate({ json })), /^[0-9a-f]{24}$/)
})
