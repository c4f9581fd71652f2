import assert from 'node:assert/strict'
import { request as rawRequest } from 'node:http'
import { after, before, test } from 'node:test'
import Fastify from 'fastify'
import { fillOrganisation } from './testing/fill.ts'
import { operationsOf, ownAddresses } from './testing/operations.ts'
import { openTestPlatform, serveTestApi } from './testing/test-api.ts'

// Abuse test 15: the same route, written in ways that one part of a server reads differently from another.

const platform = await openTestPlatform({ after })
const api = await serveTestApi({ after }, platform)
const admin = await api.signIn('customer')
const operations = operationsOf(api.document)
let addresses: ReadonlyMap<string, string>

before(async () => {
  await fillOrganisation(platform, admin, 'ABUSE')
  addresses = await ownAddresses(api.document, admin)
})

/** Sends a path as it is: `fetch` would tidy it up. */
function raw(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  origin = api.origin,
): Promise<{ status: number; text: string }> {
  const { hostname, port } = new URL(origin)
  return new Promise((resolve, reject) => {
    const request = rawRequest({ hostname, port, method, path, headers }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        text += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
    })
    request.on('error', reject)
    request.end()
  })
}

const TRICKS: readonly ((path: string) => string)[] = [
  (path) => `${path}?x=/api/v1/meta`,
  (path) => `${path}?_method=GET`,
  (path) => `/api/v1/meta/..;${path}`,
  (path) => `/api/v1/meta/%2e%2e${path.slice('/api/v1'.length)}`,
  (path) => `/api/v1/meta/../${path.slice('/api/v1/'.length)}`,
  (path) => `/healthz/..${path}`,
  (path) => `${path}/configs`,
  (path) => `${path}/`,
  (path) => `${path}%2f`,
  (path) => `${path};.json`,
  (path) => `${path}.json`,
  (path) => `/${path}`,
  (path) => path.replace('/v1/', '//v1/'),
  (path) => path.toUpperCase(),
  (path) => path.replace('/api', '/%61pi'),
  (path) => `${path}%00`,
  (path) => `${path}#/api/v1/meta`,
]

test('15: no way to write an address gets past signing in', async () => {
  for (const { method, path, operation } of operations) {
    if (operation['x-permission'] === undefined) continue
    for (const trick of TRICKS) {
      const { status, text } = await raw(method, trick(addresses.get(path) ?? path))
      assert.ok([400, 401, 404].includes(status), `${method} ${trick(path)}: ${status} ${text}`)
      assert.ok(!text.includes('ABUSE'))
    }
    const override = await raw('GET', path, {
      'x-http-method-override': method,
      'x-original-url': '/api/v1/meta',
    })
    assert.ok([401, 404].includes(override.status), `${path}: ${override.status}`)
  }
})

test('15: every route but the public ones asks who it is, also of a body of another kind', async () => {
  const open = operations.filter(({ operation }) => operation['x-permission'] === undefined)
  assert.deepEqual(open.map(({ operation }) => operation.operationId).toSorted(), [
    'getMeta',
    'setUp',
    'signInDemo',
  ])
  for (const { method, path } of operations) {
    if (method === 'GET') continue
    const { status } = await admin(method, addresses.get(path) ?? path, {
      body: '--x\r\n\r\n--x--',
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
    })
    assert.equal(status, 415, `${method} ${path}`)
  }
})

test('15: no way to write an address lets a viewer do what the address itself does not', async () => {
  const { headersOf } = await viewerOf()
  let refused = 0
  for (const { method, path, operation } of operations) {
    if (operation['x-permission'] === undefined) continue
    const address = addresses.get(path) ?? path
    const canonical = await raw(method, address, headersOf)
    if (canonical.status !== 403) continue
    refused++
    for (const trick of TRICKS) {
      const { status, text } = await raw(method, trick(address), headersOf)
      assert.ok([400, 403, 404].includes(status), `${method} ${trick(address)}: ${status} ${text}`)
    }
    for (const header of ['x-http-method-override', 'x-http-method', 'x-method-override']) {
      const { status } = await raw(method, address, { ...headersOf, [header]: 'GET' })
      assert.equal(status, 403, `${method} ${address} ${header}`)
    }
  }
  assert.ok(refused > 15, String(refused))
})

test('15: HEAD asks what GET asks, and nobody is answered what a route can do', async () => {
  for (const { method, path, operation } of operations) {
    if (method !== 'GET' || operation['x-permission'] === undefined) continue
    const address = addresses.get(path) ?? path
    for (const other of ['HEAD', 'OPTIONS', 'TRACE', 'PROPFIND'])
      assert.ok([400, 401, 404].includes((await raw(other, address)).status), `${other} ${address}`)
  }
})

/** The cookies of somebody who may only read, for requests that are written by hand. */
async function viewerOf() {
  const answer = await api.asker()('POST', '/api/v1/demo/sign-in', { body: { person: 'viewer' } })
  const cookie = answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
  return { headersOf: { cookie, origin: platform.options.publicUrl } }
}

test('control: where the address as it is written decides who may pass, some of them pass', async (t) => {
  const app = Fastify({ rewriteUrl: ({ url = '' }) => url.replace(/\/+/g, '/') })
  app.addHook('onRequest', async ({ originalUrl }, reply) => {
    const isOpen = originalUrl.includes('/api/v1/meta') || !originalUrl.startsWith('/api/v1/')
    if (!isOpen) return reply.code(401).send()
    return undefined
  })
  app.get('/api/v1/connections', () => 'ABUSE')
  const origin = await app.listen({ host: '127.0.0.1', port: 0 })
  t.after(() => app.close())
  const path = '/api/v1/connections'
  assert.equal((await raw('GET', path, {}, origin)).status, 401)
  const answers = await Promise.all(TRICKS.map((trick) => raw('GET', trick(path), {}, origin)))
  const passed = answers.filter(({ status, text }) => status === 200 && text === 'ABUSE').length
  assert.ok(passed >= 3, String(passed))
})
