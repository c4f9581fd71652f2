import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { Secret } from '../lib/secret.ts'
import type { Grant, Kept } from '../model/credential.ts'
import { openAuthorizer } from './authorizer.ts'
import { openMemoryStore } from './memory-store.ts'
import { AUTH, acme, contextOf, GET_USERS, inputOf, START_MS, TOKEN_URL } from './testing/acme.ts'
import { acmeNetwork, openServer, type Received, type Reply } from './testing/network.ts'

const SECRETS = {
  client_id: 'id',
  client_secret: 's',
  refresh_token: 'pasted',
  username: 'ann',
  password: 'pw',
}
const expired = (refreshToken: string): Grant => ({
  accessToken: new Secret('old'),
  refreshToken: new Secret(refreshToken),
  expiresAt: START_MS - 1,
  kept: new Secret<Kept>({ instance: 'i' }),
  generation: 3,
})

async function opened(
  t: TestContext,
  oauth2: object,
  answer: (request: Received, count: number) => Reply,
  held?: Grant,
) {
  const server = await openServer(t, answer)
  const urls = { tokenUrl: TOKEN_URL, authorizationUrl: AUTH, deviceUrl: AUTH }
  const context = contextOf(acme({ oauth2: { ...urls, ...oauth2 } }), {
    transport: acmeNetwork(t, server),
    input: inputOf(SECRETS),
    store: openMemoryStore(held),
  })
  const authorizer = openAuthorizer(context)
  const token = async () => (await authorizer.authorize(GET_USERS)).headers['authorization']?.slice(7)
  return { authorizer, context, token, received: server.received }
}

const granted = (body: object = {}): Reply => ({ body: { access_token: 'new', expires_in: 3600, ...body } })
const refused = (error: string): Reply => ({ status: 400, body: { error } })

const alone: readonly [
  oauth2: { readonly grant: string; readonly [more: string]: unknown },
  presented: string,
][] = [
  [{ grant: 'client_credentials' }, 'client_credentials'],
  [{ grant: 'password' }, 'password'],
  [
    { grant: 'jwt_bearer', assertion: { algorithm: 'HS256', key: 'k'.repeat(32), issuer: 'robot' } },
    'urn:ietf:params:oauth:grant-type:jwt-bearer',
  ],
  [
    { grant: 'token_exchange', subjectToken: '{{ secrets.username }}' },
    'urn:ietf:params:oauth:grant-type:token-exchange',
  ],
]
for (const [oauth2, presented] of alone) {
  test(`${oauth2.grant} starts anew when its token ends, and needs no refresh token`, async (t) => {
    const answer = (_: Received, count: number) => granted({ access_token: `t${count}`, refresh_token: 'r' })
    const { token, context, received } = await opened(t, oauth2, answer)
    assert.equal(await token(), 't1')
    await context.clock.sleep(3_600_000)
    assert.equal(await token(), 't2')
    const types = received.map(({ params }) => params['grant_type'])
    assert.deepEqual(types, [presented, presented])
  })
}

test('a pasted refresh token starts the connection; the ones that follow are stored and used', async (t) => {
  const answer = (_: Received, count: number) => granted({ refresh_token: `r${count}` })
  const { token, context, received } = await opened(t, { grant: 'refresh_token' }, answer)
  await token()
  await context.clock.sleep(3_600_000)
  await token()
  assert.deepEqual(
    received.map(({ params }) => params['refresh_token']),
    ['pasted', 'r1'],
  )
  assert.equal((await context.store.read())?.refreshToken?.reveal(), 'r2')
})

test('a pasted refresh token that does not rotate is kept', async (t) => {
  const { token, context, received } = await opened(t, { grant: 'refresh_token' }, () => granted())
  await token()
  await context.clock.sleep(3_600_000)
  await token()
  assert.deepEqual(
    received.map(({ params }) => params['refresh_token']),
    ['pasted', 'pasted'],
  )
})

test('a newly pasted refresh token is used when the stored one is revoked', async (t) => {
  const answer = ({ params }: Received) =>
    params['refresh_token'] === 'pasted' ? granted() : refused('invalid_grant')
  const { token, context, received } = await opened(t, { grant: 'refresh_token' }, answer, expired('stale'))
  assert.equal(await token(), 'new')
  assert.deepEqual(
    received.map(({ params }) => params['refresh_token']),
    ['stale', 'pasted'],
  )
  assert.equal((await context.store.read())?.refreshToken?.reveal(), 'pasted')
})

test('an answer that is lost is asked for again with the same refresh token', async (t) => {
  const answer = (_: Received, count: number): Reply => (count === 1 ? { cut: true } : granted())
  const { token, received } = await opened(t, { grant: 'authorization_code' }, answer, expired('r'))
  assert.equal(await token(), 'new')
  assert.deepEqual(
    received.map(({ params }) => params['refresh_token']),
    ['r', 'r'],
  )
})

const endings: readonly [what: string, replies: readonly Reply[], code: string, asked: number][] = [
  ['lost, then known as used', [{ cut: true }, refused('invalid_grant')], 'CREDENTIAL_REVOKED', 2],
  ['lost for good', [{ cut: true }, { cut: true }], 'SOURCE_UNAVAILABLE', 2],
  ['revoked', [refused('invalid_grant')], 'CREDENTIAL_REVOKED', 1],
  ['held up by a server error', [{ status: 500 }, { status: 500 }], 'SOURCE_UNAVAILABLE', 2],
  ['throttled', [{ status: 429 }, { status: 429 }], 'SOURCE_THROTTLED', 2],
]
for (const [what, replies, code, asked] of endings) {
  test(`a refresh that is ${what} is ${code}: never a loop, and the grant is still there`, async (t) => {
    const answer = (_: Received, count: number) => replies[count - 1] ?? granted()
    const { token, context, received } = await opened(
      t,
      { grant: 'authorization_code' },
      answer,
      expired('r'),
    )
    for (let i = 0; i < 50; i++) await assert.rejects(token(), { code })
    assert.equal(received.length, asked)
    assert.equal((await context.store.read())?.refreshToken?.reveal(), 'r')
    await context.clock.sleep(300_000)
    assert.equal(await token(), 'new')
  })
}

test('a connection that nobody consented to yet says so without asking', async (t) => {
  for (const grant of ['authorization_code', 'device_code']) {
    const { token, received } = await opened(t, { grant }, () => granted())
    await assert.rejects(token(), { code: 'CREDENTIAL_MISSING' })
    assert.equal(received.length, 0)
  }
})

test('a token without a successor is used to its end, and is then revoked', async (t) => {
  const { refreshToken: _, ...grant } = expired('r')
  const held = { ...grant, expiresAt: START_MS + 1000 }
  const { token, authorizer, context } = await opened(
    t,
    { grant: 'authorization_code' },
    () => granted(),
    held,
  )
  assert.equal(await token(), 'old')
  assert.equal(await authorizer.refused(await authorizer.authorize(GET_USERS)), false)
  await context.clock.sleep(1000)
  await assert.rejects(token(), { code: 'CREDENTIAL_REVOKED' })
})

test('values kept from the answer are there for requests, and survive a refresh without them', async (t) => {
  const oauth2 = { grant: 'authorization_code', keep: { instance: 'response.body.instance' } }
  const { authorizer, received } = await opened(t, oauth2, () => granted(), expired('r'))
  assert.deepEqual(await authorizer.kept(), { instance: 'i' })
  assert.equal(received.length, 1)
})

test('a refresh that does not name the scopes leaves those that were granted', async (t) => {
  const oauth2 = { grant: 'authorization_code', scopes: { always: ['a', 'b'] } }
  const held = { ...expired('r'), scopes: ['a'] }
  const { token, context } = await opened(t, oauth2, () => granted(), held)
  await token()
  assert.deepEqual((await context.store.read())?.scopes, ['a'])
})

test('a connection that is made anew is used by the next request', async (t) => {
  const held = { ...expired('r'), expiresAt: START_MS + 3_600_000 }
  const { token, context } = await opened(t, { grant: 'authorization_code' }, () => granted(), held)
  assert.equal(await token(), 'old')
  await context.store.update(async () => ({ ...held, accessToken: new Secret('reconnected'), generation: 9 }))
  assert.equal(await token(), 'reconnected')
})

test('of two requests refused with one token, the second finds the next token already there', async (t) => {
  const answer = (_: Received, count: number) => granted({ access_token: `t${count}` })
  const { authorizer, token, received } = await opened(t, { grant: 'client_credentials' }, answer)
  const [one, two] = [await authorizer.authorize(GET_USERS), await authorizer.authorize(GET_USERS)]
  assert.equal(await authorizer.refused(one), true)
  assert.equal(await authorizer.refused(two), true)
  assert.equal(await token(), 't2')
  assert.equal(received.length, 2)
})

const BASIC = { basic: {} }
const MACHINE = { name: 'Machine', oauth2: { grant: 'client_credentials', tokenUrl: TOKEN_URL } }
const PASTED = { name: 'Pasted', oauth2: { grant: 'refresh_token', tokenUrl: TOKEN_URL } }
const PERSON = {
  name: 'Person',
  oauth2: { grant: 'authorization_code', authorizationUrl: AUTH, tokenUrl: TOKEN_URL },
}

test('a request may name another method, or none; the store keeps the grant of the chosen one', async (t) => {
  const server = await openServer(t, () => granted())
  const context = contextOf(acme([BASIC, MACHINE, PERSON, PASTED]), {
    transport: acmeNetwork(t, server),
    input: inputOf(SECRETS),
  })
  const authorizer = openAuthorizer(context)
  const basic = `Basic ${Buffer.from('ann:pw').toString('base64')}`
  assert.equal((await authorizer.authorize(GET_USERS)).headers['authorization'], basic)
  assert.equal(await authorizer.authorize(GET_USERS, 'none'), GET_USERS)
  const sent = await authorizer.authorize(GET_USERS, 'Machine')
  assert.equal(sent.headers['authorization'], 'Bearer new')
  await authorizer.authorize(GET_USERS, 'Machine')
  assert.equal(server.received.length, 1)
  assert.equal(await context.store.read(), undefined)
  assert.equal(await authorizer.refused(sent, 'Machine'), true)
  assert.equal(server.received.length, 2)
  for (const name of ['Person', 'Pasted'])
    await assert.rejects(authorizer.authorize(GET_USERS, name), { code: 'CREDENTIAL_MISSING' })
  await assert.rejects(authorizer.authorize(GET_USERS, 'Nobody'), {
    code: 'SETTING_INVALID',
    message: 'there is no auth method "Nobody"; known: "basic", "Machine", "Person", "Pasted"',
  })
})

test('the customer chooses a method by its name, and a fixed credential is never worth another try', async () => {
  const auth = [MACHINE, BASIC, { none: true }]
  const context = (name: string) => contextOf(acme(auth), { input: { ...inputOf(SECRETS), auth: name } })
  const basic = openAuthorizer(context('basic'))
  const sent = await basic.authorize(GET_USERS)
  assert.match(sent.headers['authorization'] ?? '', /^Basic /)
  assert.equal(await basic.refused(sent), false)
  assert.deepEqual(await basic.kept(), {})
  assert.equal(await openAuthorizer(context('none')).authorize(GET_USERS), GET_USERS)
  assert.throws(() => openAuthorizer(context('other')), { code: 'SETTING_INVALID' })
})

test('Basic takes its parts from the manifest, in UTF-8', async () => {
  const plan = { basic: { username: '{{ secrets.client_id }}/token', password: '' } }
  const context = contextOf(acme(plan), { input: inputOf({ client_id: 'jürgen' }) })
  const { headers, credentialHeaders } = await openAuthorizer(context).authorize(GET_USERS)
  assert.equal(headers['authorization'], `Basic ${Buffer.from('jürgen/token:').toString('base64')}`)
  assert.deepEqual(credentialHeaders, ['authorization'])
})
