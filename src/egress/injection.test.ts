import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { request } from 'undici'
import { openEgress } from './egress.ts'
import { rawServer } from './testing/servers.ts'

/** What comes from settings and from events cannot add a header, a second request, or speak for the sender. */

const REFUSED_NAMES = [
  ...[
    'Host',
    'hOsT',
    'Content-Length',
    'Transfer-Encoding',
    'Connection',
    'Keep-Alive',
    'TE',
    'Trailer',
    'Upgrade',
    'Expect',
  ],
  ...[
    'Cookie',
    'Forwarded',
    'X-Forwarded-For',
    'X-Forwarded-Host',
    'X-Real-IP',
    'Via',
    'Proxy-Authorization',
    'Accept-Encoding',
  ],
  ...['', 'a b', 'a:b', 'a\r\nb', 'a\u0000', 'ä', 'a\u2028', '(', 'x'.repeat(65)],
]
const REFUSED_VALUES = [
  'a\r\nX: y',
  'a\nb',
  'a\rb',
  'a\u0000b',
  'a\u2028b',
  'ä',
  '\u007f',
  '\u001b[31m',
  'x'.repeat(20_000),
]

async function capture(t: TestContext) {
  let text = ''
  const { origin } = await rawServer(t, (socket) =>
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1')
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
    }),
  )
  const egress = openEgress({ hosts: ['127.0.0.1'], allowLoopback: true })
  t.after(egress.close)
  const send = (headers: Record<string, string>) =>
    egress.send({ method: 'GET', url: `${origin}/a`, headers }, { timeoutMs: 5000 })
  return { origin, send, sent: () => text }
}

test('refused header names and values send nothing, and the message never shows the value', async (t) => {
  const { send, sent } = await capture(t)
  for (const name of REFUSED_NAMES)
    await assert.rejects(send({ [name]: 'x' }), { code: 'REQUEST_INVALID' }, name)
  for (const value of REFUSED_VALUES)
    await assert.rejects(
      send({ 'x-a': `hunter2${value}` }),
      (error: Error & { code: string }) => error.code === 'REQUEST_INVALID' && !/hunter2/.test(error.message),
    )
  const many = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`x-${i}`, 'v'.repeat(4000)]))
  await assert.rejects(send(many), { code: 'REQUEST_INVALID' })
  assert.equal(sent(), '')
})

test('whatever a header is given, the socket sees one request, with the header as it was given, or none', async (t) => {
  const { send, sent } = await capture(t)
  const pieces = fc.constantFrom(
    '\r\n',
    '\n',
    '\r',
    '\u0000',
    'GET / HTTP/1.1',
    ': ',
    'Host: evil',
    ' ',
    '\t',
    'a',
    'ü',
  )
  await fc.assert(
    fc.asyncProperty(fc.array(pieces, { maxLength: 6 }), async (parts) => {
      const before = sent().length
      const value = parts.join('')
      const isSent = await send({ 'x-a': value }).then(
        () => true,
        () => false,
      )
      const request = sent().slice(before)
      if (!isSent) return assert.equal(request, '')
      assert.equal(request.match(/\r\n\r\n/g)?.length, 1)
      assert.ok(request.startsWith('GET /a HTTP/1.1\r\n'))
      assert.ok(request.includes(`\r\nx-a: ${value}\r\n`))
      assert.equal(request.match(/^host: /gim)?.length, 1)
    }),
    { seed: 11, numRuns: 150 },
  )
})

test('control: the library below sends what is refused here', async (t) => {
  const { origin, sent } = await capture(t)
  const names = {
    host: 'evil.example',
    'x-forwarded-for': '10.0.0.1',
    cookie: 'a=b',
    'x-big': 'x'.repeat(20_000),
  }
  await request(origin, { headers: names })
  for (const [name, value] of Object.entries(names)) assert.ok(sent().includes(`${name}: ${value}`), name)
})

test('a manifest may name its own user agent', async (t) => {
  const { send, sent } = await capture(t)
  await send({})
  await send({ 'User-Agent': 'acme-partner/1' })
  assert.deepEqual(
    [...sent().matchAll(/user-agent: (\S+)/gi)].map(([, name]) => name),
    ['fairlead', 'acme-partner/1'],
  )
})
