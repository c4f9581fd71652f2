import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FORMS } from '../egress/testing/forms.ts'
import { httpServer } from '../egress/testing/servers.ts'
import { identityProviders } from './identity-providers.ts'

// Abuse tests 1, 2 and 3 for the addresses of identity providers, which a customer's administrator names.

const here = async () => ['127.0.0.1']
const REFUSED = /^(EGRESS_BLOCKED|REQUEST_INVALID)$/
const urlsOf = (form: string, port: number) =>
  [`https://${form}/`, `https://${form}:${port}/`, `http://${form}:${port}/`].flatMap(
    (text) => URL.parse(text) ?? [],
  )

test('a provider at any of those spellings is asked for nothing; asked without the guard, those that mean this machine answer', async (t) => {
  const server = await httpServer(t, (_, response) => response.end('{}'))
  const { discover, fetch: ask } = identityProviders([], here)
  for (const url of FORMS.flatMap((form) => urlsOf(form, server.port))) {
    await assert.rejects(discover(url), { code: REFUSED }, url.href)
    // The web's own `fetch` takes no address with a user name.
    if (url.username !== '') continue
    await assert.rejects(ask(url), { code: REFUSED }, url.href)
    await assert.rejects(ask(url, { method: 'POST', body: 'code=x' }), { code: REFUSED }, url.href)
  }
  assert.equal(server.connections(), 0)
  for (const form of FORMS.slice(0, 8))
    await fetch(`http://${form}:${server.port}/`).then((answer) => answer.text())
  assert.ok(server.connections() > 0, 'control')
})

test('a provider whose name leads inside by the time it is asked is not dialled; one that the operator named is', async (t) => {
  const server = await httpServer(t, (_, response) => response.end('{"keys":[]}'))
  const outside = identityProviders([], here)
  const name = new URL('https://idp.harbour.example/jwks')
  await assert.doesNotReject(outside.guard(name), 'the name alone is a good one')
  await assert.rejects(outside.fetch(name), {
    code: 'EGRESS_BLOCKED',
    message: /outside the public internet/,
  })
  await assert.rejects(outside.discover(name), { code: 'EGRESS_BLOCKED' })
  assert.equal(server.connections(), 0)
  const origin = `http://idp.harbour.example:${server.port}`
  const answer = await identityProviders([origin], here).fetch(`${origin}/jwks`)
  assert.deepEqual([answer.status, await answer.json(), server.connections()], [200, { keys: [] }, 1])
})

test('a provider the operator named that answers with another address is not followed there; a library follows', async (t) => {
  const inner = await httpServer(t, (_, response) => response.end('{}'))
  const server = await httpServer(t, (_, response) =>
    response.writeHead(307, { location: inner.origin }).end(),
  )
  const { fetch: ask, discover } = identityProviders([server.origin])
  await assert.rejects(ask(server.origin, { method: 'POST', body: 'code=x' }), { code: 'REDIRECT_REFUSED' })
  await assert.rejects(discover(new URL(server.origin)), { code: 'REDIRECT_REFUSED' })
  assert.equal(inner.connections(), 0)
  await fetch(server.origin, { method: 'POST', body: 'code=x' }).then((answer) => answer.text())
  assert.equal(inner.connections(), 1, 'control')
})
