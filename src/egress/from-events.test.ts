import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { type TestContext, test } from 'node:test'
import { connectorOf, HOST } from '../collect/testing/connector.ts'
import { openMemoryStore } from '../credentials/memory-store.ts'
import { fakeClock } from '../lib/clock.ts'
import { isFault } from '../lib/fault.ts'
import { Secret } from '../lib/secret.ts'
import { openStages } from '../sync/stages.ts'
import { openEgress } from './egress.ts'
import { rawServer } from './testing/servers.ts'

/**
 * What an app says in one answer becomes part of the next request. Whatever it says, a raw socket sees one request, of the shape the
 * manifest gave it, or none.
 */

const SECOND = 'x HTTP/1.1\r\nHost: evil.example\r\n\r\nGET /smuggled'
const VALUES: readonly [what: string, value: string][] = [
  ['a second request', SECOND],
  ['CR and LF', 'a\r\nX-Evil: 1'],
  ['LF', 'a\nTransfer-Encoding: chunked'],
  ['CR', 'a\rb'],
  ['NUL', 'a\u0000b'],
  ['U+2028', 'a\u2028b'],
  ['a lone surrogate', 'a\ud800b'],
  ['text beyond ASCII', 'Zoë ☃'],
  ['a way up', '../../admin'],
  ['an encoded way up', '..%2f..%2Fadmin'],
  ['another host', 'https://evil.example/x'],
  ['a query and a fragment', 'a?b=c&d#e'],
  ['20 KB', 'x'.repeat(20_000)],
]

const connector = connectorOf({
  parents: { kind: 'list', request: { get: '/parents' }, records: 'response.body', key: 'record.id' },
  path: child({ get: '/things/{{ parent.id }}/end' }),
  query: child({ get: '/things', query: { q: '{{ parent.id }}', fixed: 'yes' } }),
  header: child({ get: '/things', headers: { 'X-Note': '{{ parent.id }}' } }),
})

function child(request: object): Record<string, unknown> {
  return {
    kind: 'resources',
    each: { stream: 'parents' },
    request,
    records: 'response.body',
    key: 'record.id',
    as: { name: 'record.id' },
  }
}

/** An app on a raw socket: its first answer is a parent of this id and a good one, every other an empty list. */
async function openApp(t: TestContext, id: string) {
  let wire = ''
  const unknown: string[] = []
  const { origin, port } = await rawServer(t, (socket) =>
    socket.on('data', (bytes) => {
      const isFirst = wire === ''
      wire += bytes.toString('latin1')
      const body = isFirst ? JSON.stringify([{ id }, { id: 'good' }]) : '[]'
      const type = 'Content-Type: application/json'
      socket.write(`HTTP/1.1 200 OK\r\n${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
    }),
  )
  const egress = openEgress({ hosts: ['127.0.0.1'], allowLoopback: true })
  t.after(egress.close)
  const readStream = async (stream: string): Promise<string> => {
    const { pages } = openStages({
      connector,
      input: { settings: {}, secrets: { key: new Secret('k') } },
      grants: openMemoryStore(),
      clock: fakeClock(0),
      notify: (notice) => void (notice.kind === 'unknown' && unknown.push(notice.code)),
      transport: (request, options) =>
        egress.send({ ...request, url: request.url.replace(`https://${HOST}`, origin) }, options),
    })
    try {
      for await (const _ of pages(stream, { position: undefined }));
      return 'read'
    } catch (error) {
      if (isFault(error)) return error.code
      throw error
    }
  }
  const requests = () => wire.split('\r\n\r\n').slice(0, -1)
  return { readStream, requests, port, unknown }
}

const linesOf = (request = '') => {
  const [first = '', ...lines] = request.split('\r\n')
  const headers = lines.map((line) => line.replace(/^[^:]+/, (name) => name.toLowerCase()))
  return { target: first.split(' ')[1] ?? '', words: first.split(' ').length, headers }
}

for (const [what, value] of VALUES) {
  for (const place of ['path', 'query', 'header'] as const) {
    test(`${what} in an event, put into a ${place}: one request of the manifest's shape, or none, and the next is read`, async (t) => {
      const app = await openApp(t, value)
      assert.equal(await app.readStream(place), 'read')
      const children = app.requests().slice(1)
      assert.match(children.find((request) => request.includes('good')) ?? '', /good/, 'the other is read')
      if (app.unknown.length > 0) {
        assert.deepEqual([app.unknown, children.length], [['REQUEST_INVALID'], 1])
        return
      }
      assert.equal(children.length, 2)
      const second = children.find((request) => !request.includes('good'))
      const { target, words, headers } = linesOf(second)
      assert.equal(words, 3)
      assert.deepEqual(
        headers.filter((header) => /^(host|transfer-encoding|x-evil):/.test(header)),
        [`host: 127.0.0.1:${app.port}`],
      )
      assertShape(place, { target, headers, value: value.toWellFormed() })
    })
  }
}

type Sent = { readonly target: string; readonly headers: readonly string[]; readonly value: string }

/** Decoded, the value is where the manifest put it, whole, and nowhere else. */
function assertShape(place: 'path' | 'query' | 'header', { target, headers, value }: Sent): void {
  if (place === 'header') {
    assert.equal(target, '/v1/things')
    assert.ok(headers.includes(`x-note: ${value}`))
    return
  }
  const url = new URL(target, 'http://app')
  if (place === 'path')
    assert.equal(decodeURIComponent(/^\/v1\/things\/([^/?#]+)\/end$/.exec(target)![1]!), value)
  else
    assert.deepEqual(
      [...url.searchParams],
      [
        ['q', value],
        ['fixed', 'yes'],
      ],
    )
}

test('control: a client that joins texts sends two requests', async (t) => {
  const app = await openApp(t, 'unused')
  const socket = connect(app.port, '127.0.0.1')
  socket.write(`GET /v1/things/${SECOND} HTTP/1.1\r\nHost: app\r\n\r\n`)
  await new Promise((answered) => socket.once('data', answered))
  socket.destroy()
  assert.equal(app.requests().length, 2)
  assert.match(app.requests()[1]!, /^GET \/smuggled /)
})
