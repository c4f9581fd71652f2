import assert from 'node:assert/strict'
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import Fastify from 'fastify'
import { ApiError, openClient } from '../../portal/src/api/client.generated.ts'
import { activityEvent } from '../store/clickhouse/testing/events.ts'
import { guard, networkOf } from './guard.ts'
import { fillOrganisation, waitFor } from './testing/fill.ts'
import { type Ask, openTestPlatform, serveTestApi } from './testing/test-api.ts'

const portal = await mkdtemp(join(tmpdir(), 'fairlead-portal-'))
await mkdir(join(portal, 'assets'))
await writeFile(join(portal, 'index.html'), '<!doctype html><title>portal</title>')
await writeFile(join(portal, 'assets', 'main-1a2b3c.js'), 'export {}')

const platform = await openTestPlatform({ after })
const api = await serveTestApi({ after }, platform, { portal })
const admin = await api.signIn('customer')
const nobody = api.asker()
let organisationId = ''
before(async () => {
  organisationId = await fillOrganisation(platform, admin, 'API')
})

type Page = { items: { id: string; name: string }[]; next?: string }

test('what only some may see is kept by no cache, and each answer has an id to name', async () => {
  const { headers } = await admin('GET', '/api/v1/me')
  assert.equal(headers.get('cache-control'), 'no-store')
  assert.match(headers.get('x-request-id') ?? '', /^req_[0-9a-z]{26}$/)
  assert.equal(headers.get('x-frame-options'), 'DENY')
})

test('a list comes in pages that meet, and a cursor of nothing is an error', async () => {
  for (const name of ['a', 'b', 'c', 'd', 'e'])
    await admin('POST', '/api/v1/saved-queries', { body: { name, query: {} } })
  const whole = (await admin('GET', '/api/v1/saved-queries?limit=500')).json as Page
  const seen: string[] = []
  let after = ''
  do {
    const { json } = await admin('GET', `/api/v1/saved-queries?limit=2${after}`)
    const { items, next } = json as Page
    assert.ok(items.length <= 2)
    seen.push(...items.map(({ id }) => id))
    after = next === undefined ? '' : `&after=${encodeURIComponent(next)}`
  } while (after !== '')
  assert.deepEqual(
    seen,
    whole.items.map(({ id }) => id),
  )
  assert.equal((await admin('GET', '/api/v1/saved-queries?after=bm90aGluZw')).status, 400)
})

test('activity pages meet too, and the newest is first', async () => {
  const first = (await admin('GET', '/api/v1/activity?limit=2')).json as {
    items: { uid: string }[]
    next: string
  }
  const second = (await admin('GET', `/api/v1/activity?limit=2&after=${encodeURIComponent(first.next)}`))
    .json as typeof first
  const uids = [...first.items, ...second.items].map(({ uid }) => uid)
  assert.equal(new Set(uids).size, 3)
})

test('a name nobody knows is an error with its place', async () => {
  const { status, json } = await admin('GET', '/api/v1/activity?form=2026-01-01T00:00:00Z')
  assert.equal(status, 400)
  const { error } = json as { error: { code: string; complaints: object[] } }
  assert.equal(error.code, 'INPUT_INVALID')
  assert.deepEqual(error.complaints, [{ path: 'query.form', message: 'is not known here' }])
  for (const where of ['nothing:is:a', 'ip:like:a', 'ip:is:', 'ip:exists:a'])
    assert.equal((await admin('GET', `/api/v1/activity?where=${where}`)).status, 400, where)
})

test('a POST with an Idempotency-Key is carried out once, and with another body refused', async () => {
  const headers = { 'idempotency-key': 'once-1' }
  const body = { name: 'once', query: {} }
  const [first, second] = [
    await admin('POST', '/api/v1/saved-queries', { body, headers }),
    await admin('POST', '/api/v1/saved-queries', { body: { query: {}, name: 'once' }, headers }),
  ]
  assert.deepEqual([first.status, second.status], [201, 201])
  assert.deepEqual(second.json, first.json)
  assert.equal(second.headers.get('idempotency-replayed'), 'true')
  const other = await admin('POST', '/api/v1/saved-queries', { body: { ...body, name: 'other' }, headers })
  assert.equal(other.status, 409)
  const all = (await admin('GET', '/api/v1/saved-queries?limit=500')).json as Page
  assert.equal(all.items.filter(({ name }) => name === 'once').length, 1)
  // Control: without the header it is done again.
  await admin('POST', '/api/v1/saved-queries', { body })
  const again = (await admin('GET', '/api/v1/saved-queries?limit=500')).json as Page
  assert.equal(again.items.filter(({ name }) => name === 'once').length, 2)
})

test('a secret that is shown once is not kept for a repetition', async () => {
  const headers = { 'idempotency-key': 'key-1' }
  const body = { name: 'shown once', scopes: ['audit.read'] }
  const first = await admin('POST', '/api/v1/api-keys', { body, headers })
  assert.equal(first.status, 201)
  assert.equal((await admin('POST', '/api/v1/api-keys', { body, headers })).status, 409)
  const rows = await platform.stores.control.asPlatform((tx) =>
    tx.selectFrom('idempotency').selectAll().execute(),
  )
  assert.ok(!JSON.stringify(rows).includes((first.json as { key: string }).key))
})

test('a session changes nothing from a foreign page; a key needs no page', async () => {
  const body = { name: 'forged', query: {} }
  for (const origin of ['https://evil.example', 'null', `${platform.options.publicUrl}.evil.example`]) {
    const { status, json } = await admin('POST', '/api/v1/saved-queries', { body, headers: { origin } })
    assert.equal(status, 403, origin)
    assert.equal((json as { error: { code: string } }).error.code, 'ORIGIN_REFUSED')
  }
  const made = await admin('POST', '/api/v1/api-keys', { body: { name: 'k', scopes: ['query.save'] } })
  const key = api.asker({ authorization: `Bearer ${(made.json as { key: string }).key}` })
  assert.equal((await key('POST', '/api/v1/saved-queries', { body })).status, 201)
})

test('session cookies are out of reach of scripts and of other sites', async () => {
  const { headers } = await nobody('POST', '/api/v1/demo/sign-in', { body: { person: 'viewer' } })
  for (const cookie of headers.getSetCookie().filter((line) => line.includes('session_token'))) {
    assert.match(cookie, /HttpOnly/i)
    assert.match(cookie, /SameSite=(Lax|Strict)/i)
  }
})

test('a caller that asks too often is told when to come back, and others are not held up', async () => {
  const limited = await serveTestApi({ after }, platform, { perMinute: 5 })
  const [one, two] = [await limited.signIn('customer'), await limited.signIn('analyst')]
  const answers = []
  for (let n = 0; n < 7; n++) answers.push(await one('GET', '/api/v1/organisation/settings'))
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 200, 200, 200, 429, 429],
  )
  assert.equal(answers[0]?.headers.get('ratelimit-limit'), '5')
  assert.equal(answers[0]?.headers.get('ratelimit-remaining'), '4')
  assert.ok(Number(answers[5]?.headers.get('retry-after')) > 0)
  assert.equal((answers[5]!.json as { error: { code: string } }).error.code, 'RATE_EXCEEDED')
  assert.equal((await two('GET', '/api/v1/organisation/settings')).status, 200)
})

test('an IPv6 network is one caller', () => {
  assert.equal(networkOf('2001:db8:1:2:3:4:5:6'), networkOf('2001:db8:1:2::9'))
  assert.notEqual(networkOf('2001:db8:1:2::1'), networkOf('2001:db8:1:3::1'))
  assert.equal(networkOf('::1'), networkOf('0:0:0:0::2'))
  assert.equal(networkOf('::ffff:192.0.2.1'), '192.0.2.1')
})

test('a body larger than a route takes is refused before anything reads it', async () => {
  const { status, json } = await admin('POST', '/api/v1/saved-queries', { body: 'x'.repeat(300_000) })
  assert.equal(status, 413)
  assert.equal((json as { error: { code: string } }).error.code, 'INPUT_TOO_LARGE')
})

test('control: a route that says nothing of who may call it stops the start', async () => {
  const app = Fastify()
  await guard(
    app,
    { principalOf: async () => ({ refused: 'nobody' }) },
    { origins: ['http://x.example'], perMinute: 1 },
  )
  assert.throws(() => app.get('/api/v1/forgotten', () => 'data'), /neither its permission/)
  app.get('/open', { config: { isPublic: true } }, () => 'data')
  await app.close()
})

test('the portal runs under a strict policy, with its page for every address of a page', async () => {
  const html = { headers: { accept: 'text/html' } }
  for (const path of ['/', '/apps/con_1', '/activity']) {
    const { status, text, headers } = await nobody('GET', path, html)
    assert.equal(status, 200, path)
    assert.match(text, /portal/)
    assert.equal(headers.get('cache-control'), 'no-cache')
    const policy = headers.get('content-security-policy') ?? ''
    assert.match(policy, /default-src 'none';script-src 'self';/)
    assert.match(policy, /frame-ancestors 'none'/)
  }
  const asset = await nobody('GET', '/assets/main-1a2b3c.js')
  assert.equal(asset.headers.get('cache-control'), 'public, max-age=31536000, immutable')
  for (const path of ['/assets/gone.js', '/hooks/x', '/oauth/x'])
    assert.equal((await nobody('GET', path, html)).status, 404, path)
  assert.equal((await nobody('GET', '/api/v1/nothing', html)).status, 401)
  assert.equal((await admin('GET', '/api/v1/nothing', html)).status, 404)
})

test('whoever watches hears of their own organisation, until they may no longer', async () => {
  const made = await admin('POST', '/api/v1/api-keys', { body: { name: 'w', scopes: ['connection.read'] } })
  const { key } = made.json as { key: string }
  const stranger = await api.signIn('operator')
  const other = await stranger('POST', '/api/v1/api-keys', {
    body: { name: 'w', scopes: ['connection.read'] },
  })
  const listen = async (bearer: string) => {
    const stop = new AbortController()
    const answer = await fetch(`${api.origin}/api/v1/events`, {
      signal: stop.signal,
      headers: { authorization: `Bearer ${bearer}` },
    })
    assert.equal(answer.headers.get('content-type'), 'text/event-stream')
    assert.equal(answer.headers.get('x-content-type-options'), 'nosniff')
    const heard = { text: '', stop: () => stop.abort() }
    const read = async () => {
      for await (const chunk of answer.body ?? []) heard.text += Buffer.from(chunk).toString()
    }
    read().catch(() => undefined)
    return heard
  }
  const mine = await listen(key)
  const theirs = await listen((other.json as { key: string }).key)
  const { items } = (await admin('GET', '/api/v1/connections')).json as Page
  platform.channel.tell({ kind: 'connection', organisationId, connectionId: items[0]?.id ?? '' })
  await waitFor(async () => mine.text.includes('event: connection'))
  assert.ok(mine.text.includes('API connection'))
  assert.ok(!theirs.text.includes('event:'))
  mine.stop()
  theirs.stop()
})

test('who administers one connection sees that one and what came through it, and learns nothing of others', async () => {
  const other = await fillOrganisation(platform, admin, 'SECOND')
  assert.equal(other, organisationId)
  const { items } = (await admin('GET', '/api/v1/connections')).json as Page
  const [own, foreign] = [items[0]!.id, items[1]!.id]
  const members = (await admin('GET', '/api/v1/members')).json as Page
  const member = members.items.find(({ name }) => name === 'Dana Ruiz')
  const dana = await api.signIn('instance')
  assert.equal((await dana('GET', '/api/v1/connections')).status, 403)
  const granted = await admin('PATCH', `/api/v1/members/${member?.id}`, {
    body: { role: 'instance_admin', connectionIds: [own] },
  })
  assert.equal(granted.status, 200, granted.text)
  const seen = (await dana('GET', '/api/v1/connections')).json as Page
  assert.deepEqual(
    seen.items.map(({ id }) => id),
    [own],
  )
  const activity = (await dana('GET', '/api/v1/activity?limit=500')).json as {
    items: { connection: string }[]
  }
  assert.ok(activity.items.length > 0 && activity.items.every(({ connection }) => connection === own))
  const accounts = (await dana('GET', '/api/v1/accounts')).json as {
    items: { id: string; connection: string }[]
  }
  assert.deepEqual(
    accounts.items.map(({ connection }) => connection),
    [own],
  )
  const all = (await admin('GET', '/api/v1/accounts')).json as typeof accounts
  const theirs = all.items.find(({ connection }) => connection === foreign)
  for (const path of [`connections/${foreign}`, `connections/${foreign}/streams`, `accounts/${theirs?.id}`])
    assert.equal((await dana('GET', `/api/v1/${path}`)).status, 404, path)
  assert.equal((await dana('GET', `/api/v1/activity/${foreign}/SECOND-event-0`)).status, 404)
  // Habits are told of what the reader may see: the same person acted in both connections.
  const source = { organisationId, connectionId: own, appId: 'northwind-docs', stream: 'sign_ins' }
  await platform.stores.activity.append(source, [activityEvent('habit', { timeMs: Date.now() })])
  const before = async (asker: Ask) => {
    const { json, text } = await asker('GET', `/api/v1/activity/${own}/habit/habits`)
    const { habits } = json as { habits: { field: string; of: number; verdict: string }[] }
    const action = habits.find(({ field }) => field === 'action')
    assert.equal(action?.verdict, 'unknown', text)
    return action.of
  }
  assert.deepEqual([await before(admin), await before(dana)], [6, 3])
  assert.equal((await dana('GET', `/api/v1/connections/${own}/streams`)).status, 200)
  assert.equal((await dana('POST', '/api/v1/connections', { body: {} })).status, 403)
})

test('an export is written, told of, and downloaded as it was asked for', async () => {
  const made = await admin('POST', '/api/v1/exports', { body: { query: { last: '24h' }, format: 'ndjson' } })
  assert.equal(made.status, 202)
  const { id } = made.json as { id: string }
  const find = async () =>
    (
      (await admin('GET', '/api/v1/exports')).json as {
        items: { id: string; state: string; events: number }[]
      }
    ).items.find((item) => item.id === id)
  await waitFor(async () => (await find())?.state === 'done')
  const file = await admin('GET', `/api/v1/exports/${id}/file`)
  assert.equal(file.headers.get('content-type'), 'application/x-ndjson')
  assert.match(file.headers.get('content-disposition') ?? '', /^attachment/)
  assert.equal(file.text.trim().split('\n').length, (await find())?.events)
})

test('health is told to anybody, with no more than that', async () => {
  assert.deepEqual((await nobody('GET', '/healthz')).json, { status: 'alive' })
  assert.deepEqual((await nobody('GET', '/readyz')).json, { status: 'ready' })
  assert.match(
    (await nobody('GET', '/metrics')).text,
    /fairlead_http_requests_total\{method="GET",route="\/healthz",status="200"\} 1\n/,
  )
  assert.match((await nobody('GET', '/docs')).text, /searchActivity/)
  assert.equal(((await nobody('GET', '/api/v1/openapi.json')).json as { openapi: string }).openapi, '3.1.0')
})

test('the generated client asks, pages, and throws what the API answers', async () => {
  const made = await admin('POST', '/api/v1/api-keys', {
    body: { name: 'client', scopes: ['connection.read', 'query.save', 'activity.read'] },
  })
  const call = openClient({ base: api.origin, key: (made.json as { key: string }).key })
  const page = await call('listConnections', { query: { limit: 1 } })
  assert.equal(page.items.length, 1)
  assert.ok(page.next)
  const saved = await call('saveQuery', { body: { name: 'by the client', query: { where: ['ip:exists:'] } } })
  assert.equal(await call('deleteSavedQuery', { params: { id: saved.id } }), undefined)
  await assert.rejects(call('deleteSavedQuery', { params: { id: saved.id } }), (error) => {
    assert.ok(error instanceof ApiError)
    assert.deepEqual([error.status, error.error.code], [404, 'NOT_FOUND'])
    return true
  })
  await assert.rejects(call('listMembers'), { status: 403 })
})

test('the list of sessions says which browser each is', async () => {
  const sent = await nobody('POST', '/api/v1/demo/sign-in', {
    body: { person: 'analyst' },
    headers: { 'user-agent': 'A browser of its own/1.0' },
  })
  const cookie = sent.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
  const { status, text } = await api.asker({ cookie })('GET', '/api/auth/list-sessions')
  assert.equal(status, 200, text)
  assert.ok(text.includes('"userAgent":"A browser of its own/1.0"'), text)
})
