import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { Secret } from '../lib/secret.ts'
import type { Grant, Kept } from '../model/credential.ts'
import { openAuthorizer } from './authorizer.ts'
import { openMemoryStore } from './memory-store.ts'
import { revokeGrant } from './revoke.ts'
import { AUTH, acme, contextOf, GET_USERS, inputOf, TOKEN_URL } from './testing/acme.ts'
import { acmeNetwork, openServer, type Reply } from './testing/network.ts'

const GRANT: Grant = {
  accessToken: new Secret('a'),
  refreshToken: new Secret('r'),
  kept: new Secret<Kept>({ x: 1 }),
  generation: 3,
}

async function opened(t: TestContext, reply: Reply, grant?: Grant, more: object = {}) {
  const server = await openServer(t, () => reply)
  const urls = { authorizationUrl: AUTH, tokenUrl: TOKEN_URL, revocationUrl: `${AUTH}/revoke` }
  const context = contextOf(acme({ oauth2: { grant: 'authorization_code', ...urls, ...more } }), {
    transport: acmeNetwork(t, server),
    store: openMemoryStore(grant),
    input: inputOf({ client_id: 'id', client_secret: 's' }),
  })
  return { context, received: server.received }
}

test('the refresh token is revoked, and nothing of the grant stays', async (t) => {
  const { context, received } = await opened(t, { status: 200 }, GRANT)
  assert.equal(await revokeGrant(context), true)
  assert.deepEqual(received[0]?.params, {
    token: 'r',
    token_type_hint: 'refresh_token',
    client_id: 'id',
    client_secret: 's',
  })
  const left = await context.store.read()
  assert.equal(left?.accessToken.reveal(), '')
  assert.equal(left?.refreshToken, undefined)
  assert.deepEqual(left?.kept.reveal(), {})
  await assert.rejects(openAuthorizer(context).authorize(GET_USERS), { code: 'CREDENTIAL_REVOKED' })
  assert.equal(await revokeGrant(context), false)
  assert.equal(received.length, 1)
})

test('without a refresh token the access token is revoked', async (t) => {
  const { refreshToken: _, ...grant } = GRANT
  const { context, received } = await opened(t, {}, grant)
  await revokeGrant(context)
  assert.equal(received[0]?.params['token'], 'a')
  assert.equal(received[0]?.params['token_type_hint'], 'access_token')
})

test('a grant that could not be revoked is still there', async (t) => {
  const { context } = await opened(t, { status: 503 }, GRANT)
  await assert.rejects(revokeGrant(context), { code: 'SOURCE_UNAVAILABLE' })
  assert.equal((await context.store.read())?.refreshToken?.reveal(), 'r')
})

test('a token that the app no longer knows counts as revoked', async (t) => {
  const { context } = await opened(t, { status: 400, body: { error: 'invalid_token' } }, GRANT)
  assert.equal(await revokeGrant(context), true)
  assert.equal((await context.store.read())?.accessToken.reveal(), '')
})

test('nothing to revoke, and an app that cannot revoke, are told apart from a revocation', async (t) => {
  const none = await opened(t, {})
  assert.equal(await revokeGrant(none.context), false)
  const forgetful = await opened(t, {}, GRANT, { revocationUrl: undefined })
  assert.equal(await revokeGrant(forgetful.context), false)
  assert.equal((await forgetful.context.store.read())?.accessToken.reveal(), '')
  assert.equal(forgetful.received.length, 0)
})
