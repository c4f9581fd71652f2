import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Egress, openEgress } from '../egress/egress.ts'
import { fakeClock } from '../lib/clock.ts'
import { isFault } from '../lib/fault.ts'
import { emulatedTransport } from './emulated-transport.ts'
import { type Emulator, openEmulator } from './emulator.ts'
import type { FaultRule } from './faults.ts'
import { type ServedEmulator, serveEmulator } from './serve.ts'
import { acme, answerSample, entries } from './testing/acme.ts'

const connector = acme({
  streams: {
    users: {
      kind: 'accounts',
      request: { get: '/users' },
      page: { next: 'link' },
      records: 'response.body.users',
      key: 'record.id',
    },
  },
})
const FAULTS: readonly FaultRule[] = [
  { fault: 'truncated', at: [1] },
  { fault: 'gzip', at: [2] },
  { fault: 'redirect', at: [3] },
  { fault: 'slow', at: [4] },
]
const clock = fakeClock(Date.UTC(2026, 10, 20))
let emulator: Emulator
let served: ServedEmulator
let egress: Egress

before(async () => {
  emulator = openEmulator(
    connector,
    { users: answerSample({ users: entries(5) }) },
    { clock, pageSize: 2, faults: FAULTS },
  )
  served = await serveEmulator(emulator)
  egress = openEgress({ hosts: ['api.acme.example', '127.0.0.1'], allowLoopback: true })
})
after(async () => {
  await egress.close()
  await served.close()
})

const ask = (url: string, headers = { authorization: 'Bearer k' }) =>
  emulatedTransport(served.url)(egress.send)(
    { method: 'GET', url, headers },
    { timeoutMs: 5000, redirects: 'follow' },
  )
const USERS = 'https://api.acme.example/v1/users'
const idsIn = (body: Uint8Array) =>
  (JSON.parse(Buffer.from(body).toString()) as { users: { id: string }[] }).users.map(({ id }) => id)

test('a connection that breaks in the middle of a body is no answer', async () => {
  await assert.rejects(ask(USERS), (error) => isFault(error, 'SOURCE_UNAVAILABLE'))
})

test('a compressed body is undone on the way', async () => {
  const answer = await ask(USERS)
  assert.equal(answer.headers['content-encoding'], 'gzip')
  assert.deepEqual(idsIn(answer.body), ['e_100', 'e_101'])
})

test('a redirect to a host that is not declared is not followed', async () => {
  await assert.rejects(ask(USERS), (error) => isFault(error, 'EGRESS_BLOCKED'))
  assert.equal(emulator.counts().undeclared, 0)
})

test('a slow answer takes its time on the clock of the emulator', async () => {
  const startMs = clock.now()
  await ask(USERS)
  assert.equal(clock.now() - startMs, 20_000)
})

test('addresses in answers are those of the app, and lead on', async () => {
  const answer = await ask(USERS)
  assert.equal(answer.url, USERS)
  const [next = ''] = /https:[^>]+/.exec(answer.headers['link'] ?? '') ?? []
  assert.ok(next.startsWith(`${USERS}?`))
  assert.deepEqual(idsIn((await ask(next)).body), ['e_102', 'e_103'])
})

test('a host that the manifest does not declare is counted and misdirected', async () => {
  assert.equal((await ask('https://other.example/v1/users')).status, 421)
  assert.equal(emulator.counts().undeclared, 1)
})

test('a request that names no host of the app is told how to ask', async () => {
  const answer = await egress.send(
    { method: 'GET', url: `${served.url}/v1/users`, headers: {} },
    { timeoutMs: 5000 },
  )
  assert.equal(answer.status, 404)
  assert.match(Buffer.from(answer.body).toString(), /~host\/HOST\/PATH/)
})

test('a body that no collector sends is refused', async () => {
  const url = `${served.url}/~host/api.acme.example/v1/users`
  const answer = await egress.send(
    { method: 'POST', url, headers: {}, body: 'x'.repeat(1024 * 1024 + 1) },
    { timeoutMs: 5000 },
  )
  assert.equal(answer.status, 413)
})
