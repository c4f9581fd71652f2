import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { connectorOf, HOST } from '../collect/testing/connector.ts'
import { openMemoryStore } from '../credentials/memory-store.ts'
import { fakeClock } from '../lib/clock.ts'
import { type Fault, isFault } from '../lib/fault.ts'
import { Secret } from '../lib/secret.ts'
import type { Transport } from '../model/transport.ts'
import { openConnection } from '../sync/connection.ts'
import { openStages } from '../sync/stages.ts'
import { type Egress, egressBehind, openEgress } from './egress.ts'
import { FORMS } from './testing/forms.ts'
import { httpServer, rawServer } from './testing/servers.ts'

/**
 * The places an address can come from at run time: a next link of the app, a redirect of the app, a setting of the customer. The
 * app itself is answered here; whatever else is asked for goes to the guard of production.
 */

const LOCAL = FORMS.slice(0, 18)
const REFUSED = ['EGRESS_BLOCKED', 'REQUEST_INVALID']

/** The app's first page is `first`; everything else leaves by `egress`. */
const appOver =
  (egress: Egress, first: (url: string) => Awaited<ReturnType<Transport>>): Transport =>
  async (request, options) =>
    request.url === `https://${HOST}/v1/list` ? first(request.url) : egress.send(request, options)

const listing = connectorOf({
  list: {
    kind: 'resources',
    request: { get: '/list' },
    page: { next: 'url', from: 'response.body.next' },
    records: 'response.body.items',
    key: 'record.id',
    as: { name: 'record.id' },
  },
})

async function outcomeOf(transport: Transport): Promise<string> {
  const input = { settings: {}, secrets: { key: new Secret('k') } }
  const shared = { connector: listing, input, grants: openMemoryStore(), clock: fakeClock(Date.now()) }
  const { pages } = openStages({ ...shared, transport, notify: () => undefined, random: () => 0 })
  try {
    for await (const _ of pages('list', { position: undefined }));
    return 'read'
  } catch (error) {
    if (isFault(error)) return error.code
    throw error
  }
}

const linkTo = (next: string) => (url: string) => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(JSON.stringify({ items: [{ id: '1' }], next })),
  url,
})

async function guards(t: TestContext) {
  const server = await httpServer(t, (_, response) => response.end('{"items":[]}'))
  const resolve = async () => ['127.0.0.1']
  const guarded = openEgress({ hosts: [HOST], resolve })
  const naked = egressBehind({ checkUrl: (url) => new URL(url), allowsAddress: () => true }, resolve)
  t.after(guarded.close)
  t.after(naked.close)
  return { server, guarded, naked }
}

test('a next link to any of those spellings is not asked for; without the guard it is', async (t) => {
  const { server, guarded, naked } = await guards(t)
  const spellings = (form: string) => [`http://${form}:${server.port}/`, `https://${form}/`]
  for (const url of FORMS.flatMap(spellings))
    assert.ok(REFUSED.includes(await outcomeOf(appOver(guarded, linkTo(url)))), url)
  assert.equal(server.connections(), 0)
  for (const form of LOCAL) await outcomeOf(appOver(naked, linkTo(`http://${form}:${server.port}/`)))
  assert.ok(server.connections() > 0, 'control')
})

test('a redirect to any of those spellings is not followed; without the guard it is', async (t) => {
  const { server, naked } = await guards(t)
  const follow = { timeoutMs: 2000, redirects: 'follow' } as const
  let location = ''
  const app = await rawServer(t, (socket) =>
    socket.on('data', () =>
      socket.write(`HTTP/1.1 302 Found\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`),
    ),
  )
  const strict = openEgress({ hosts: ['127.0.0.1'], allowLoopback: true })
  t.after(strict.close)
  const codeOf = (sent: Promise<unknown>) =>
    sent.then(
      () => 'followed',
      ({ code }: Fault) => code,
    )
  const get = { method: 'GET', url: app.origin, headers: {} } as const
  // The development switch opens 127.0.0.1, whatever its spelling: what means it is left out.
  for (const form of FORMS.filter((form) => URL.parse(`http://${form}/`)?.hostname !== '127.0.0.1')) {
    location = `https://${form}/`
    assert.ok(REFUSED.includes(await codeOf(strict.send(get, follow))), form)
  }
  location = `http://localhost:${server.port}/`
  assert.equal(await codeOf(strict.send(get, follow)), 'EGRESS_BLOCKED')
  assert.equal(server.connections(), 0)
  assert.equal(await codeOf(naked.send(get, follow)), 'followed', 'control')
  assert.equal(server.connections(), 1, 'control')
})

/** Base address and token address both come from the customer here. */
const ownHost = connectorOf(
  { list: { kind: 'list', request: { get: '/list' } } },
  {
    hosts: ['{{ settings.host }}'],
    settings: { host: { title: 'Host', type: 'host', example: 'docs.contoso.example' } },
    baseUrl: 'https://{{ settings.host }}/v1',
    auth: [{ oauth2: { grant: 'client_credentials', tokenUrl: 'https://{{ settings.host }}/token' } }],
  },
)

test('a base address and a token address on a host of the customer cannot be one of those spellings', async (t) => {
  const { server, naked } = await guards(t)
  const open = (host: string, through?: (transport: Transport) => Transport) =>
    openConnection({
      connector: ownHost,
      input: { settings: { host }, secrets: { client_id: new Secret('i'), client_secret: new Secret('s') } },
      grants: openMemoryStore(),
      clock: fakeClock(Date.now()),
      notify: () => undefined,
      ...(through === undefined ? {} : { through }),
    })
  const names: string[] = []
  for (const form of FORMS) {
    try {
      await open(form).close()
      names.push(form)
    } catch (error) {
      assert.ok(isFault(error, 'EGRESS_BLOCKED'), form)
    }
  }
  // Names that a name server would have to answer: what it answers is checked when it is dialled.
  assert.deepEqual(names, ['metadata.google.internal', 'api.acme.example.evil.example'])
  assert.equal(server.connections(), 0)

  const asked: string[] = []
  const connection = open('docs.contoso.example', () => async (request, options) => {
    asked.push(new URL(request.url).pathname)
    return naked.send({ ...request, url: `http://127.0.0.1:${server.port}/` }, options)
  })
  await connection.check()
  await connection.close()
  assert.deepEqual(asked, ['/token'], 'control: the token address is on that host, and asked for')
  assert.equal(server.connections(), 1, 'control')
})
