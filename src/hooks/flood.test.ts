import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, test } from 'node:test'
import Fastify from 'fastify'
import { openTestPlatform, serveTestApi } from '../api/testing/test-api.ts'
import { receiverPorts } from '../platform/receiver.ts'
import { openHooks } from './hooks.ts'
import { bodyOf, now, receiver, sign, timeless } from './testing/deliveries.ts'

// Abuse test 21: more deliveries than can be kept, slower or larger than any, and what the checks would miss if they were made otherwise.

const MANY = 1500
let inHand = 0
let mostInHand = 0
/** Takes as long as a busy database. */
const slowly = async <T>(value: T): Promise<T> => {
  mostInHand = Math.max(mostInHand, ++inHand)
  await new Promise((resolve) => setTimeout(resolve, 20))
  inHand--
  return value
}
let arrived = 0
const platform = await openTestPlatform({ after })
const api = await serveTestApi({ after }, platform, {
  mend: (services, open) => ({
    ...services,
    hooks: openHooks({
      ...receiverPorts(open),
      receiverOf: (id) => slowly(id === 'con_timeless' ? timeless : receiver),
      wasTaken: async () => false,
      noteTaken: async () => undefined,
      arrived: async () => void arrived++,
    }),
  }),
})
const { hostname, port } = new URL(api.origin)

function deliver(origin: string, connectionId: string, id: string, change: Record<string, string> = {}) {
  const [time, body] = [now(), bodyOf(id)]
  const headers = { 'content-type': 'application/json', 'x-time': time, 'x-signature': sign(body, time) }
  return fetch(`${origin}/hooks/${connectionId}/acme/events`, {
    method: 'POST',
    body,
    headers: { ...headers, ...change },
  })
}
const flood = (origin: string) =>
  Promise.all(Array.from({ length: MANY }, (_, n) => deliver(origin, `con_${n}`, `flood-${n}`)))

/** Sends a beginning and nothing more, and says what came back. */
function begin(head: readonly string[]) {
  const socket = connect(Number(port), hostname)
  socket.on('error', () => undefined)
  socket.write(`${head.join('\r\n')}\r\n\r\n`)
  let heard = ''
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    heard += chunk
  })
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()))
  return { socket, closed, heard: () => heard }
}
const headOf = (connectionId: string, length: number) => [
  `POST /hooks/${connectionId}/acme/events HTTP/1.1`,
  `Host: ${hostname}`,
  'Content-Type: application/json',
  `Content-Length: ${length}`,
]

test('of fifteen hundred deliveries for as many connections at once, thirty-two are in hand, a thousand wait, the rest come again', async () => {
  const answers = await flood(api.origin)
  const taken = answers.filter(({ status }) => status === 200)
  const refused = answers.filter(({ status }) => status === 429)
  assert.equal(taken.length + refused.length, MANY)
  assert.ok(taken.length >= 1000, String(taken.length))
  assert.ok(refused.every(({ headers }) => headers.get('retry-after') === '1'))
  assert.deepEqual([arrived, mostInHand, inHand], [taken.length, 32, 0])
  assert.equal((await deliver(api.origin, 'con_after', 'after')).status, 200)
})

test('control: a server without turns has as many in hand as are sent', async (t) => {
  mostInHand = 0
  const app = Fastify()
  app.post('/hooks/*', () => slowly('taken'))
  const origin = await app.listen({ host: '127.0.0.1', port: 0 })
  t.after(() => app.close())
  await flood(origin)
  assert.ok(mostInHand > 64, String(mostInHand))
})

test('beyond six hundred in a minute a delivery is refused before a byte of it is read, and before its signature', async () => {
  const forged = { 'x-signature': '00' }
  const statuses = await Promise.all(
    Array.from(
      { length: 600 },
      async (_, n) => (await deliver(api.origin, 'con_loud', `n-${n}`, forged)).status,
    ),
  )
  assert.deepEqual([...new Set(statuses)], [401])
  const late = begin(headOf('con_loud', 4_000_000))
  while (!late.heard().includes('\r\n\r\n')) await new Promise((resolve) => setTimeout(resolve, 10))
  assert.match(late.heard(), /^HTTP\/1.1 429 /)
  late.socket.destroy()
  assert.equal((await deliver(api.origin, 'con_quiet', 'other')).status, 200, 'others are not held up')
})

test('senders that never come to an end hold the others up for ten seconds and no longer', async () => {
  const slow = Array.from({ length: 32 }, (_, n) => begin(headOf(`con_slow_${n}`, 1000)))
  await new Promise((resolve) => setTimeout(resolve, 200))
  const began = Date.now()
  assert.equal((await deliver(api.origin, 'con_honest', 'honest')).status, 200)
  const tookMs = Date.now() - began
  assert.ok(tookMs > 8000 && tookMs < 15_000, String(tookMs))
  await Promise.all(slow.map(({ closed }) => closed))
})

test('control: a signature over what was read and written again is right for a body that was changed on the way', () => {
  const [time, body] = [now(), bodyOf('again')]
  const changed = ` ${body.replace(',', ' , ')}`
  const naive = (text: string) => sign(JSON.stringify(JSON.parse(text)), time)
  assert.equal(naive(changed), sign(body, time))
  assert.notEqual(sign(changed, time), sign(body, time))
})

test('control: where the time is not looked at, a right signature of an hour ago is taken', async () => {
  const [time, body] = [String(Number(now()) - 3600), bodyOf('old')]
  const old = { 'x-time': time, 'x-signature': sign(body, time) }
  assert.equal((await deliver(api.origin, 'con_timed', 'old', old)).status, 401)
  assert.equal((await deliver(api.origin, 'con_timeless', 'old', old)).status, 200)
})

test('control: a server that says no size reads fifty megabytes', async (t) => {
  const app = Fastify({ bodyLimit: Number.MAX_SAFE_INTEGER })
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_, body, done) => done(null, body))
  app.post('/hooks/*', ({ body }) => String((body as Buffer).length))
  const origin = await app.listen({ host: '127.0.0.1', port: 0 })
  t.after(() => app.close())
  const headers = { 'content-type': 'text/plain' }
  const answer = await fetch(`${origin}/hooks/x`, { method: 'POST', body: Buffer.alloc(50_000_000), headers })
  assert.equal(await answer.text(), '50000000')
})
