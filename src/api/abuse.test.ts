import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Client } from 'pg'
import { activityEvent } from '../store/clickhouse/testing/events.ts'
import type { Services } from './services.ts'
import { fillOrganisation } from './testing/fill.ts'
import { ownAddresses } from './testing/operations.ts'
import { openTestPlatform, serveTestApi } from './testing/test-api.ts'

const platform = await openTestPlatform({ after })
const api = await serveTestApi({ after }, platform)
const admin = await api.signIn('customer')
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
