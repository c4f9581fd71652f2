import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openProvider } from '../connect/testing/provider.ts'
import { consentAt } from '../credentials/testing/authorization-server.ts'
import type { Catalog } from '../platform/catalog.ts'
import type { Connection } from './schema/connections.ts'
import { type Ask, openTestPlatform, serveTestApi } from './testing/test-api.ts'

type Step = {
  readonly step: string
  readonly connection: Connection
  readonly code?: { readonly userCode: string; readonly verificationUrlComplete: string }
  readonly fault?: { readonly code: string; readonly help: string }
}
const NEW = {
  ...{ app: 'acme', name: 'Acme', features: ['accounts'], authMethod: 'Person', settings: {} },
  secrets: { client_id: 'web' },
}
const codeOf = ({ json }: { readonly json: unknown }) => (json as { error: { code: string } }).error.code

test('a code from the wizard to the connected app, through the API and a real authorization server', async (t) => {
  const { server, connector, way, clock, offset } = await openProvider(t, 'any', { grant: 'device_code' })
  const catalog: Catalog = {
    ...{ all: () => [connector], get: () => connector, warm: async () => undefined },
    find: (id) => (id === 'acme' ? connector : undefined),
  }
  const platform = await openTestPlatform(t, { catalog, clock, wayTo: () => way })
  const api = await serveTestApi(t, platform)
  const [customer, other, operator] = await Promise.all(
    ['customer', 'customer', 'operator'].map((person) => api.signIn(person)),
  )
  const ask = async (who: Ask | undefined, id: string, later = 6000) => {
    offset.ms += later
    return who!('POST', `/api/v1/connections/${id}/authorize/code`)
  }
  const app = (await customer!('GET', '/api/v1/apps/acme')).json as { authMethods: { consent?: string }[] }
  assert.equal(app.authMethods[0]?.consent, 'code')

  const begun = (await customer!('POST', '/api/v1/connections', { body: NEW })).json as Step
  const { id } = begun.connection
  assert.equal(begun.step, 'consent')
  assert.match(begun.code?.userCode ?? '', /^[A-Z]{4}-[A-Z]{4}$/)
  const waiting = (await ask(customer, id)).json as Step
  assert.deepEqual([waiting.step, waiting.code], ['consent', begun.code])

  await consentAt(begun.code?.verificationUrlComplete ?? '', server, 'deny')
  const refused = (await ask(customer, id)).json as Step
  assert.deepEqual([refused.step, refused.fault?.code], ['failed', 'CONSENT_REFUSED'])
  assert.equal(codeOf(await ask(customer, id)), 'CONSENT_UNKNOWN')

  const again = (await customer!('POST', `/api/v1/connections/${id}/authorize`)).json as Step
  await consentAt(again.code?.verificationUrlComplete ?? '', server)
  const asked = server.exchanges.length
  const foreign = await ask(other, id)
  assert.deepEqual([foreign.status, codeOf(foreign)], [403, 'CONSENT_FOREIGN'])
  const outside = await ask(operator, id)
  assert.deepEqual([outside.status, codeOf(outside)], [404, 'NOT_FOUND'])
  assert.equal((await ask(api.asker(), id)).status, 401)
  assert.equal(server.exchanges.length, asked)
  // Control: the session that began is connected by the same question.
  const done = (await ask(customer, id)).json as Step
  assert.deepEqual([done.step, done.connection.status], ['done', 'active'])
})
