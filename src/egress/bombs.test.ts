import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import {
  type BrotliCompress,
  constants,
  createBrotliCompress,
  createGzip,
  type Gzip,
  gzipSync,
} from 'node:zlib'
import { Agent, request } from 'undici'
import type { OutgoingRequest } from '../model/transport.ts'
import { openEgress } from './egress.ts'
import { rawServer } from './testing/servers.ts'

/** Answers that would fill memory or never end: each is refused at its limit, and the next request works. */

const MIB = 1024 * 1024
const get = (url: string): OutgoingRequest => ({ method: 'GET', url, headers: {} })
const UNPACKED = 300 * MIB

/** 300 MiB of zeros, packed piece by piece so that the test itself stays small. */
async function packedZeros(packer: Gzip | BrotliCompress): Promise<Buffer> {
  const zeros = new Uint8Array(MIB)
  const pieces = Readable.from(
    (function* () {
      for (let sent = 0; sent < UNPACKED; sent += zeros.length) yield zeros
    })(),
  )
  return buffer(pieces.pipe(packer))
}
const GZIP = await packedZeros(createGzip({ level: 9 }))
const BROTLI = await packedZeros(createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }))

test('the bombs are bombs: a few hundred kilobytes and some hundred bytes that become 300 MiB', async (t) => {
  assert.ok(GZIP.length < 310_000 && BROTLI.length < 1000, `${GZIP.length} and ${BROTLI.length} bytes`)
  const answers = [answerOf('Content-Encoding: gzip\r\n', GZIP), answerOf('Content-Encoding: br\r\n', BROTLI)]
  for (const answer of answers) {
    const { origin } = await rawServer(t, (socket) => socket.once('data', () => socket.write(answer)))
    assert.equal(await unguarded(origin, 200 * MIB), 'more', 'control: a library unpacks them')
  }
})

/** Reads with a library that guards nothing, keeping nothing. */
async function unguarded(url: string, atMost: number): Promise<'more' | 'end'> {
  const { body } = await fetch(url)
  let bytes = 0
  for await (const chunk of body!) {
    bytes += chunk.length
    if (bytes > atMost) return 'more'
  }
  return 'end'
}

function answerOf(headers: string, body: Uint8Array | string = ''): Buffer {
  const bytes = Buffer.from(body)
  return Buffer.concat([
    Buffer.from(`HTTP/1.1 200 OK\r\n${headers}Content-Length: ${bytes.length}\r\n\r\n`),
    bytes,
  ])
}
const filler = (count: number) =>
  Array.from({ length: count }, (_, i) => `X-${i}: ${'v'.repeat(100)}\r\n`).join('')

const BOMBS: [name: string, answer: Buffer, code: string][] = [
  ['gzip that unpacks to 300 MiB', answerOf('Content-Encoding: gzip\r\n', GZIP), 'ANSWER_TOO_LARGE'],
  ['brotli that unpacks to 300 MiB', answerOf('Content-Encoding: br\r\n', BROTLI), 'ANSWER_TOO_LARGE'],
  [
    'gzip in gzip',
    answerOf('Content-Encoding: gzip, gzip\r\n', gzipSync(gzipSync('x'))),
    'SOURCE_UNREADABLE',
  ],
  [
    'gzip in gzip, in two headers',
    answerOf('Content-Encoding: gzip\r\nContent-Encoding: gzip\r\n', 'x'),
    'SOURCE_UNREADABLE',
  ],
  [
    '200 encodings',
    answerOf(`Content-Encoding: ${Array(200).fill('br').join(',')}\r\n`, 'x'),
    'SOURCE_UNREADABLE',
  ],
  ['an encoding nobody asked for', answerOf('Content-Encoding: zstd\r\n', 'x'), 'SOURCE_UNREADABLE'],
  [
    'an encoding named like a method of objects',
    answerOf('Content-Encoding: constructor\r\n', 'x'),
    'SOURCE_UNREADABLE',
  ],
  ['headers of 20 KB', answerOf(filler(180), 'x'), 'ANSWER_TOO_LARGE'],
  ['one header of 20 KB', answerOf(`X-Big: ${'v'.repeat(20_000)}\r\n`, 'x'), 'ANSWER_TOO_LARGE'],
  [
    'a body announced as 60 MiB',
    Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${60 * MIB}\r\n\r\n`),
    'ANSWER_TOO_LARGE',
  ],
  [
    'a packed body announced as 11 MiB',
    Buffer.from(`HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: ${11 * MIB}\r\n\r\n`),
    'ANSWER_TOO_LARGE',
  ],
]

function open(t: TestContext) {
  const egress = openEgress({ hosts: ['127.0.0.1'], allowLoopback: true })
  t.after(egress.close)
  return egress.send
}

for (const [name, answer, code] of BOMBS) {
  test(`${name}: refused, memory stays flat, the next request works`, async (t) => {
    let requests = 0
    const { origin } = await rawServer(t, (socket) =>
      socket.on('data', () => socket.write(requests++ === 0 ? answer : answerOf('', 'fine'))),
    )
    const send = open(t)
    const before = process.memoryUsage().rss
    await assert.rejects(send(get(origin), { timeoutMs: 5000 }), { code })
    assert.ok(process.memoryUsage().rss - before < 64 * MIB)
    assert.equal(Buffer.from((await send(get(origin), { timeoutMs: 5000 })).body).toString(), 'fine')
  })
}

test('a body without an end is cut at the limit, by default and where the caller asks for less', async (t) => {
  const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`
  const { origin } = await rawServer(t, (socket) => {
    socket.once('data', () => {
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')
      const more = () => {
        while (socket.writable && socket.write(chunk));
      }
      socket.on('drain', more)
      more()
    })
  })
  const send = open(t)
  await assert.rejects(send(get(origin), { timeoutMs: 20_000 }), { code: 'ANSWER_TOO_LARGE' })
  await assert.rejects(send(get(origin), { timeoutMs: 5000, maxBytes: 1000 }), { code: 'ANSWER_TOO_LARGE' })
  assert.equal(await unguarded(origin, 60 * MIB), 'more', 'control: without the limit it goes on')
})

test('a byte every 200 ms ends at the time limit; a limit on pauses alone never ends it', async (t) => {
  const { origin } = await rawServer(t, (socket) =>
    socket.once('data', () => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n')
      const timer = setInterval(() => socket.write('x'), 200)
      socket.on('close', () => clearInterval(timer))
    }),
  )
  await assert.rejects(open(t)(get(origin), { timeoutMs: 700 }), {
    code: 'SOURCE_UNAVAILABLE',
    message: 'no whole answer within 700 ms',
  })
  const agent = new Agent({ bodyTimeout: 500 })
  t.after(() => agent.destroy())
  const { body } = await request(origin, { dispatcher: agent })
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > 6) break
  }
  assert.ok(bytes > 6, 'control: 1.4 s later it still drips')
})

test('control: what is refused above, a library takes: two encodings in a row, and headers of 20 KB', async (t) => {
  const packed = gzipSync(gzipSync('twice'))
  const twice = await rawServer(t, (socket) =>
    socket.once('data', () => socket.write(answerOf('Content-Encoding: gzip, gzip\r\n', packed))),
  )
  assert.equal(await (await fetch(twice.origin)).text(), 'twice')
  const wide = await rawServer(t, (socket) =>
    socket.once('data', () => socket.write(answerOf(filler(180), 'x'))),
  )
  const agent = new Agent({ maxHeaderSize: 64 * 1024 })
  t.after(() => agent.destroy())
  assert.equal((await request(wide.origin, { dispatcher: agent })).statusCode, 200)
})
