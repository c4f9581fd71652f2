import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import type { OutgoingRequest } from '../model/transport.ts'
import { openEgress } from './egress.ts'
import { rawServer } from './testing/servers.ts'

/** Answers that would fill memory or never end: each is refused at its limit, and the next request works. */

const MIB = 1024 * 1024
const get = (url: string): OutgoingRequest => ({ method: 'GET', url, headers: {} })
const zeros = new Uint8Array(100 * MIB)
const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }

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
  [
    'gzip that unpacks to 100 MiB',
    answerOf('Content-Encoding: gzip\r\n', gzipSync(zeros)),
    'ANSWER_TOO_LARGE',
  ],
  [
    'brotli that unpacks to 100 MiB',
    answerOf('Content-Encoding: br\r\n', brotliCompressSync(zeros, brotli)),
    'ANSWER_TOO_LARGE',
  ],
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
})
