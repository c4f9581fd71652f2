import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import type { OutgoingRequest, SendOptions } from '../model/transport.ts'
import { openEgress } from './egress.ts'
import { httpServer, rawServer } from './testing/servers.ts'

const OPTIONS: SendOptions = { timeoutMs: 5000 }
const get = (url: string): OutgoingRequest => ({ method: 'GET', url, headers: {} })

function open(t: TestContext) {
  const egress = openEgress({ hosts: ['127.0.0.1'], allowLoopback: true })
  t.after(egress.close)
  return egress.send
}

test('an answer of any status is an answer: status, joined headers, body and address', async (t) => {
  const { origin } = await httpServer(t, (request, response) => {
    response.writeHead(418, {
      'X-Ask': `${request.method} ${request.headers['x-test']}`,
      'X-List': ['a', 'b'],
    })
    request.pipe(response)
  })
  const answer = await open(t)(
    { method: 'POST', url: `${origin}/a?b=c`, headers: { 'X-Test': 'yes' }, body: 'grüße' },
    OPTIONS,
  )
  assert.equal(answer.status, 418)
  assert.equal(answer.headers['x-ask'], 'POST yes')
  assert.equal(answer.headers['x-list'], 'a, b')
  assert.equal(Buffer.from(answer.body).toString(), 'grüße')
  assert.equal(answer.url, `${origin}/a?b=c`)
})

const ENCODINGS: [encoding: string, body: Uint8Array][] = [
  ['gzip', gzipSync('hello')],
  ['x-gzip', gzipSync('hello')],
  ['deflate', deflateSync('hello')],
  ['br', brotliCompressSync('hello')],
  ['identity', Buffer.from('hello')],
]
for (const [encoding, body] of ENCODINGS) {
  test(`an answer packed as ${encoding} is unpacked`, async (t) => {
    const { origin } = await httpServer(t, (request, response) => {
      assert.equal(request.headers['accept-encoding'], 'gzip, deflate, br')
      response.writeHead(200, { 'Content-Encoding': encoding }).end(body)
    })
    assert.equal(Buffer.from((await open(t)(get(origin), OPTIONS)).body).toString(), 'hello')
  })
}

test('requests one after the other share a kept-alive connection', async (t) => {
  const server = await httpServer(t, (_, response) => response.end('x'.repeat(100_000)))
  const send = open(t)
  for (let i = 0; i < 10; i++) await send(get(server.origin), OPTIONS)
  // Two, because the next request may leave while the library still puts the first connection back.
  assert.ok(server.connections() <= 2)
})

const CUT_SHORT: [name: string, bytes: string][] = [
  ['before anything was sent', ''],
  ['in the headers', 'HTTP/1.1 200 OK\r\nContent-Le'],
  ['in a body of known length', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"half":'],
  ['in a chunked body', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"hal\r\n'],
  ['in no language at all', 'hunter2 hunter2\r\n\r\n'],
]
for (const [name, bytes] of CUT_SHORT) {
  test(`an answer that ends ${name} is no answer, and the message quotes nothing`, async (t) => {
    const { origin } = await rawServer(t, (socket) => socket.once('data', () => socket.end(bytes)))
    await assert.rejects(
      open(t)(get(`${origin}/?token=hunter2`), OPTIONS),
      (error: Error & { code: string }) => {
        assert.equal(error.code, 'SOURCE_UNAVAILABLE')
        assert.doesNotMatch(`${error.stack}${JSON.stringify(error.cause)}`, /hunter2/)
        return true
      },
    )
  })
}

test('a change of the protocol is no answer', async (t) => {
  const { origin } = await rawServer(t, (socket) =>
    socket.once('data', () =>
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n'),
    ),
  )
  await assert.rejects(open(t)(get(origin), OPTIONS), {
    code: 'SOURCE_UNAVAILABLE',
    message: '127.0.0.1 changed the protocol',
  })
})

for (const method of ['GET', 'DELETE', 'POST'] as const) {
  test(`the length of a body is always said: ${method}`, async (t) => {
    const { origin } = await httpServer(t, (request, response) => {
      response.setHeader('X-Length', `${request.headers['content-length']}`)
      request.pipe(response)
    })
    const send = open(t)
    const { body, headers } = await send({ method, url: origin, headers: {}, body: 'grüße' }, OPTIONS)
    assert.equal(Buffer.from(body).toString(), 'grüße')
    assert.equal(headers['x-length'], '7')
    assert.equal((await send({ method, url: origin, headers: {} }, OPTIONS)).status, 200)
  })
}

test('closing ends requests under way', async (t) => {
  const { origin } = await rawServer(t, () => {})
  const egress = openEgress({ hosts: ['127.0.0.1'], allowLoopback: true })
  const sent = egress.send(get(origin), OPTIONS)
  setTimeout(egress.close, 30)
  await assert.rejects(sent, { code: 'SOURCE_UNAVAILABLE' })
})

test('a port where nobody listens is no answer', async (t) => {
  const { origin } = await rawServer(t, (socket) => socket.destroy())
  await assert.rejects(open(t)(get(origin), OPTIONS), { code: 'SOURCE_UNAVAILABLE' })
})

test('the time limit holds for the whole answer, also when a byte comes now and then', async (t) => {
  const { origin } = await rawServer(t, (socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n')
    const timer = setInterval(() => socket.write('x'), 20)
    socket.on('close', () => clearInterval(timer))
  })
  await assert.rejects(open(t)(get(origin), { timeoutMs: 150 }), {
    code: 'SOURCE_UNAVAILABLE',
    message: 'no whole answer within 150 ms',
  })
})

test('the caller may stop at any moment and gets its own reason back', async (t) => {
  const { origin } = await rawServer(t, () => {})
  const controller = new AbortController()
  const reason = new Error('enough')
  const sent = open(t)(get(origin), { ...OPTIONS, signal: controller.signal })
  setTimeout(() => controller.abort(reason), 30)
  await assert.rejects(sent, reason)
  await assert.rejects(open(t)(get(origin), { ...OPTIONS, signal: controller.signal }), reason)
})
