import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { jwtVerify } from 'jose'
import { openAuthorizer } from './authorizer.ts'
import { API, acme, contextOf, GET_USERS, inputOf, START_MS } from './testing/acme.ts'
import { acmeNetwork, openServer, type Received, type Reply } from './testing/network.ts'

const SECRETS = { username: 'ann', password: 'p&w "x"', key: 'k1' }

async function opened(
  t: TestContext,
  login: object,
  answer: (request: Received, count: number) => Reply,
  others: readonly object[] = [],
) {
  const server = await openServer(t, answer)
  const connector = acme([{ login }, ...others], {
    settings: {
      team: { type: 'number' },
      tags: { type: 'choices', options: ['a', 'b'], optional: true },
      spare: { optional: true },
    },
  })
  const context = contextOf(connector, {
    transport: acmeNetwork(t, server),
    input: inputOf(SECRETS, { team: 7, tags: ['a', 'b'] }),
  })
  return { authorizer: openAuthorizer(context), context, received: server.received }
}

const credentials = { user: '{{ secrets.username }}', password: '{{ secrets.password }}' }

test('a login sends typed JSON, takes the token from the answer and puts it where the manifest says', async (t) => {
  const { authorizer, received } = await opened(
    t,
    {
      request: {
        post: '/sessions',
        json: {
          ...credentials,
          team: '{{ settings.team }}',
          keep: true,
          x: ['{{ settings.spare }}', '{{ settings.tags }}'],
          spare: '{{ settings.spare }}',
          at: "{{ timestamp('2026-11-20T10:00:00Z') }}",
        },
      },
      token: 'response.body.data.token',
      keep: { region: 'response.body.region' },
      send: { headers: { Authorization: 'Token {{ token }}', 'X-Region': '{{ grant.region }}' } },
    },
    () => ({ status: 201, body: { data: { token: 'abc' }, region: 'eu' } }),
  )
  const sent = await authorizer.authorize(GET_USERS)
  assert.deepEqual(sent.headers, { authorization: 'Token abc', 'x-region': 'eu' })
  assert.deepEqual(await authorizer.kept(), { region: 'eu' })
  assert.equal(received.length, 1)
  assert.equal(received[0]?.method, 'POST')
  assert.equal(received[0]?.path, '/sessions')
  assert.deepEqual(JSON.parse(received[0]?.body ?? ''), {
    user: 'ann',
    password: 'p&w "x"',
    team: 7,
    keep: true,
    x: [['a', 'b']],
    at: '2026-11-20T10:00:00Z',
  })
})

const requests: readonly [what: string, request: object, expected: Partial<Received>][] = [
  [
    'form',
    { post: '/login', form: credentials },
    { body: 'user=ann&password=p%26w+%22x%22', path: '/login' },
  ],
  ['text', { put: '/login', text: '<u>{{ secrets.username }}</u>' }, { method: 'PUT', body: '<u>ann</u>' }],
  [
    'query',
    {
      get: '/login/{{ settings.team }}',
      query: { team: '{{ settings.team }}', tag: '{{ settings.tags }}' },
    },
    { method: 'GET', path: '/login/7', params: { team: '7', tag: 'b' } },
  ],
  ['an absolute address', { post: `${API}/elsewhere` }, { path: '/elsewhere', body: '' }],
]
for (const [what, request, expected] of requests) {
  test(`a login request may be ${what}`, async (t) => {
    const login = { request, token: "response.headers['x-token']", send: { headers: { A: '{{ token }}' } } }
    const reply = { headers: { 'X-Token': 'abc' } }
    const { authorizer, received } = await opened(t, login, () => reply)
    assert.equal((await authorizer.authorize(GET_USERS)).headers['a'], 'abc')
    const [one] = received
    assert.deepEqual({ ...one, ...expected }, one)
  })
}

test('a value that would make one path another is refused', async (t) => {
  const { context } = await opened(
    t,
    { request: { post: '/{{ settings.team }}/login' }, token: 'response.body' },
    () => ({}),
  )
  for (const team of ['a/b', '..', 'a?b', 'ü'])
    await assert.rejects(
      openAuthorizer({ ...context, input: inputOf(SECRETS, { team }) }).authorize(GET_USERS),
      { code: 'REQUEST_INVALID' },
    )
})

const lives: readonly [what: string, login: object, aliveMs: number][] = [
  ['the answer', { expires: 'now + duration(string(response.body.ttl) + "s")' }, 480_000],
  ['the manifest', { lifetime: '20m' }, 960_000],
]
for (const [what, login, aliveMs] of lives) {
  test(`a session lives as long as ${what} says, then another login follows`, async (t) => {
    const plan = { request: { post: '/login' }, token: 'response.body.token', ...login }
    const { authorizer, context, received } = await opened(t, plan, (_, count) => ({
      body: { token: `t${count}`, ttl: 600 },
    }))
    await authorizer.authorize(GET_USERS)
    await context.clock.sleep(aliveMs - 1)
    assert.equal((await authorizer.authorize(GET_USERS)).headers['authorization'], 'Bearer t1')
    await context.clock.sleep(1)
    assert.equal((await authorizer.authorize(GET_USERS)).headers['authorization'], 'Bearer t2')
    assert.equal(received.length, 2)
  })
}

test('a session without an end is used until it is refused', async (t) => {
  const plan = { request: { post: '/login' }, token: 'response.body.token' }
  const { authorizer, context } = await opened(t, plan, (_, count) => ({ body: { token: `t${count}` } }))
  await authorizer.authorize(GET_USERS)
  await context.clock.sleep(1e12)
  const sent = await authorizer.authorize(GET_USERS)
  assert.equal(sent.headers['authorization'], 'Bearer t1')
  assert.equal(await authorizer.refused(sent), true)
  assert.equal((await authorizer.authorize(GET_USERS)).headers['authorization'], 'Bearer t2')
})

const failures: readonly [reply: Reply, code: string][] = [
  [{ status: 401, body: { message: 'wrong' } }, 'CREDENTIAL_REFUSED'],
  [{ status: 403 }, 'CREDENTIAL_REFUSED'],
  [{ status: 400 }, 'SOURCE_REFUSED'],
  [{ status: 200, body: { token: null } }, 'SOURCE_UNREADABLE'],
  [{ status: 200, body: '<html>' }, 'SOURCE_UNREADABLE'],
  [{ status: 503 }, 'SOURCE_UNAVAILABLE'],
  [{ status: 429 }, 'SOURCE_THROTTLED'],
  [{ cut: true }, 'SOURCE_UNAVAILABLE'],
  [{ status: 302, headers: { location: '/x' } }, 'REDIRECT_REFUSED'],
]
for (const [reply, code] of failures) {
  test(`a login answered by ${JSON.stringify(reply)} is ${code}`, async (t) => {
    const plan = { request: { post: '/login', json: credentials }, token: 'response.body.token' }
    const { authorizer } = await opened(t, plan, () => reply)
    await assert.rejects(authorizer.authorize(GET_USERS), { code })
  })
}

test('a login may itself carry a token that we sign, as an installation of an app does', async (t) => {
  const login = { request: { post: '/login', auth: 'Signed' }, token: 'response.body.token' }
  const others = [
    { name: 'Signed', jwt: { algorithm: 'HS256', issuer: 'app-7', key: '{{ secrets.password }}' } },
  ]
  const answer = () => ({ body: { token: 'abc' } })
  const { authorizer, received } = await opened(t, login, answer, others)
  assert.equal((await authorizer.authorize(GET_USERS)).headers['authorization'], 'Bearer abc')
  const [scheme, token = ''] = (received[0]?.headers.authorization ?? '').split(' ')
  const { payload } = await jwtVerify(token, Buffer.from(SECRETS.password), {
    currentDate: new Date(START_MS),
  })
  assert.deepEqual([scheme, payload.iss], ['Bearer', 'app-7'])
})

test('a login may itself carry a fixed credential, and none for which there must be a login first', async (t) => {
  const login = (auth: string) => ({
    request: { post: '/login', auth },
    token: 'response.body.token',
    send: { headers: { 'X-Session': '{{ token }}' } },
  })
  const others = [
    { apiKey: {} },
    { name: 'Other', login: { request: { post: '/b' }, token: 'response.body' } },
  ]
  const answer = () => ({ body: { token: 'abc' } })
  const { authorizer, received } = await opened(t, login('apiKey'), answer, others)
  assert.deepEqual((await authorizer.authorize(GET_USERS)).headers, { 'x-session': 'abc' })
  assert.equal(received[0]?.headers.authorization, 'Bearer k1')
  await assert.rejects(opened(t, login('Other'), answer, others), /REFERENCE_UNFIT/)
})
