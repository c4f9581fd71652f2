import assert from 'node:assert/strict'
import { request as rawRequest } from 'node:http'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import Fastify from 'fastify'
import { Client } from 'pg'
import { activityEvent } from '../store/clickhouse/testing/events.ts'
import { object, text } from './schema/common.ts'
import type { Services } from './services.ts'
import { anyBody, anyQuery } from './testing/any-request.ts'
import { fillOrganisation } from './testing/fill.ts'
import { bodyFor, operationsOf, ownAddresses } from './testing/operations.ts'
import { openTestPlatform, serveTestApi } from './testing/test-api.ts'
import { requestValidator } from './validation.ts'

const failures: unknown[] = []
const platform = await openTestPlatform({ after })
const log = ({ err }: { err: unknown }) => void failures.push(err)
const api = await serveTestApi({ after }, platform, { log })
const admin = await api.signIn('customer')
const viewer = await api.signIn('viewer')
const operations = operationsOf(api.document)
let organisationId = ''
let addresses: ReadonlyMap<string, string>

before(async () => {
  organisationId = await fillOrganisation(platform, admin, 'ABUSE')
  addresses = await ownAddresses(api.document, admin)
})

const MARKUP = [
  '{{7*7}}',
  ['$', '{7*7}'].join(''),
  '<script>alert(1)</script>',
  '=HYPERLINK("http://x.example","y")',
  '<!channel>',
  '\u001b[31mred\u001b[0m',
  '\u202Eevil',
  '"><img src=x onerror=alert(1)>',
  "'; drop table event; --",
]

test('11: markup in names comes out as the same bytes, in an answer no browser reads as a page', async () => {
  const connectionId = (addresses.get('/api/v1/connections/{id}') ?? '').split('/').at(-1) ?? ''
  const source = { organisationId, connectionId, appId: 'northwind-docs', stream: 'sign_ins' }
  const events = MARKUP.map((text, n) =>
    activityEvent(`markup-${n}`, { timeMs: Date.now(), with: { message: text } }),
  )
  await platform.stores.activity.append(source, events)
  for (const [n, text] of MARKUP.entries()) {
    const { status, headers, json } = await admin('GET', `/api/v1/activity/${connectionId}/markup-${n}`)
    assert.equal(status, 200)
    assert.equal((json as { event: { message: string } }).event.message, text)
    assert.equal(headers.get('content-type'), 'application/json; charset=utf-8')
    assert.equal(headers.get('x-content-type-options'), 'nosniff')
    const saved = await admin('POST', '/api/v1/saved-queries', { body: { name: text, query: {} } })
    assert.equal((saved.json as { name: string }).name, text)
  }
})

/** Sends a path as it is: `fetch` would tidy it up. */
function raw(
  method: string,
  path: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; text: string }> {
  const { hostname, port } = new URL(api.origin)
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

const GRABS = [
  'role',
  'tenant_id',
  'organisationId',
  'organisation_id',
  'is_admin',
  'verified',
  'createdBy',
  '__proto__',
  'constructor',
]

test('16: a name the route does not know is an error, and nobody becomes more by it', async () => {
  for (const listed of operations) {
    const body = bodyFor(listed, api.document)
    if (
      typeof body !== 'object' ||
      body === null ||
      listed.path.includes('setup') ||
      listed.path.includes('demo')
    )
      continue
    for (const name of GRABS) {
      if (Object.hasOwn(body, name)) continue
      const text = JSON.stringify(body).replace(
        /\}$/,
        `${Object.keys(body).length > 0 ? ',' : ''}"${name}":"admin"}`,
      )
      const { status } = await admin(listed.method, addresses.get(listed.path) ?? listed.path, { body: text })
      assert.equal(status, 400, `${listed.method} ${listed.path} with ${name}`)
    }
  }
  const me = await viewer('GET', '/api/v1/me')
  assert.equal((me.json as { role: string }).role, 'viewer')
  assert.equal(
    (await viewer('POST', '/api/v1/invitations', { body: { email: 'a@b.example', role: 'admin' } })).status,
    403,
  )
})

test('control: without our validator the framework drops what nobody asked for, in silence', async () => {
  const statusWith = async (isOurs: boolean) => {
    const app = Fastify()
    if (isOurs) app.setValidatorCompiler(requestValidator())
    app.post('/things', { schema: { body: object({ name: text('Name.') }) } }, () => 'taken')
    const { statusCode } = await app.inject({
      method: 'POST',
      url: '/things',
      payload: { name: 'x', role: 'admin' },
    })
    await app.close()
    return statusCode
  }
  assert.deepEqual([await statusWith(true), await statusWith(false)], [400, 200])
})

/** What ends sessions or deletes what the fuzzing needs. */
const RUNS = Number(process.env['FAIRLEAD_FUZZ_RUNS'] ?? 600)
const SPARED = [
  'removeConnection',
  'removeMember',
  'changeRole',
  'revokeApiKey',
  'disconnectConnection',
  'switchOrganisation',
  'testWebhook',
  'testConnection',
]

test('16: whatever is sent, nothing fails on our side', async () => {
  failures.length = 0
  const answered = new Map<number, number>()
  const tried = operations.filter(({ operation }) => !SPARED.includes(operation.operationId))
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...tried).chain((listed) =>
        fc.record({
          listed: fc.constant(listed),
          body: anyBody(listed, api.document),
          query: anyQuery(listed),
        }),
      ),
      async ({ listed, body, query }) => {
        const path = addresses.get(listed.path) ?? listed.path
        const search =
          query.length === 0 ? '' : `?${new URLSearchParams(query.map(([name, value]) => [name, value]))}`
        const { status, text } = await admin(
          listed.method,
          `${path}${search}`,
          body === undefined ? {} : { body },
        )
        assert.ok(status < 500, `${status} ${text} ${String(failures.at(-1))}`)
        answered.set(status, (answered.get(status) ?? 0) + 1)
      },
    ),
    { numRuns: RUNS, seed: 20261128 },
  )
  assert.deepEqual(failures, [])
  const taken = [...answered].filter(([status]) => status < 300).reduce((sum, [, count]) => sum + count, 0)
  assert.ok(taken > RUNS / 10, `most of it is refused at the door: ${JSON.stringify([...answered])}`)
})

test('a store that is away is said to be, and nothing of where it is', async () => {
  const away = await serveTestApi({ after }, platform, {
    mend: (services): Services => ({
      ...services,
      settings: {
        ...services.settings,
        // A real refusal: nothing listens on port 1.
        get: () => fetchNothing(),
      },
    }),
  })
  const { status, text, json } = await (await away.signIn('customer'))('GET', '/api/v1/organisation/settings')
  assert.equal(status, 503)
  assert.equal((json as { error: { code: string } }).error.code, 'STORE_UNAVAILABLE')
  assert.ok(!text.includes('127.0.0.1'))
})

/** Asks a database that is not there. */
async function fetchNothing(): Promise<never> {
  const client = new Client({ connectionString: 'postgres://nobody@127.0.0.1:1/none' })
  await client.connect()
  throw new Error('somebody listens on port 1')
}

test('control: a service that fails is answered with 500, an id, and not a word of it', async () => {
  const told: unknown[] = []
  const broken = await serveTestApi({ after }, platform, {
    log: ({ err }) => void told.push(err),
    mend: (services): Services => ({
      ...services,
      settings: { ...services.settings, get: () => Promise.reject(new Error('password of the database')) },
    }),
  })
  const { status, text, json } = await (await broken.signIn('customer'))(
    'GET',
    '/api/v1/organisation/settings',
  )
  assert.equal(status, 500)
  assert.match((json as { error: { requestId: string } }).error.requestId, /^req_/)
  assert.ok(!text.includes('password'))
  assert.equal(told.length, 1)
})
