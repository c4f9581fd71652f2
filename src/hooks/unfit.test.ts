import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, beforeEach, test } from 'node:test'
import { fillOrganisation } from '../api/testing/fill.ts'
import { openTestPlatform, serveTestApi } from '../api/testing/test-api.ts'
import { accessOf, bindingOf } from '../credentials/access.ts'
import { writeSecretsText } from '../credentials/grant-text.ts'
import { Fault } from '../lib/fault.ts'
import { Secret } from '../lib/secret.ts'
import { receiverPorts } from '../platform/receiver.ts'
import { type ConnectionChange, updateConnection } from '../store/postgres/connection-rows.ts'
import { openHooks } from './hooks.ts'

// Deliveries to a connection that cannot take them: the app learns nothing, its own people learn what to mend.

const platform = await openTestPlatform({ after })
const api = await serveTestApi({ after }, platform)
const admin = await api.signIn('customer')
const organisationId = await fillOrganisation(platform, admin, 'UNFIT')
const { items } = (await admin('GET', '/api/v1/connections')).json as { items: { id: string }[] }
const id = items[0]?.id ?? ''
const connector = platform.catalog.get('northwind-docs')

type Shown = {
  readonly name: string
  readonly state: string
  readonly fault?: { readonly code: string; readonly message: string; readonly blame: string }
  readonly hook?: { readonly url: string; readonly secret: { readonly isSet: boolean } }
  readonly lastSuccessAt?: string
}
const pushed = async (): Promise<Shown | undefined> => {
  const { json } = await admin('GET', `/api/v1/connections/${id}/streams`)
  return (json as { items: Shown[] }).items.find(({ name }) => name === 'pushed')
}
const set = (change: ConnectionChange) =>
  platform.stores.control.within(organisationId, (tx) => updateConnection(tx, id, change))
/** As the app delivers it: with the right signature, or with a guess. */
const deliver = (to = id, secret = 's3cret') => {
  const time = String(Math.floor(Date.now() / 1000))
  const body = JSON.stringify({ type: 'events', delivery: `d-${Math.random()}`, events: [] })
  const signature = createHmac('sha256', secret).update(`${time}.${body}`).digest('hex')
  return api.asker()('POST', `/hooks/${to}/northwind/events`, {
    body,
    headers: { 'x-northwind-time': time, 'x-northwind-signature': `v1=${signature}` },
  })
}
async function setSecrets(secrets: Readonly<Record<string, string>>): Promise<void> {
  const input = { settings: { workspace: 'acme' }, secrets: {} }
  const text = writeSecretsText(
    Object.fromEntries(Object.entries(secrets).map(([name, value]) => [name, new Secret(value)])),
  )
  const owner = { organisationId, subject: id, purpose: 'secrets' } as const
  const binding = bindingOf(accessOf({ connector, input, features: ['activity'] }))
  const sealed = await platform.stores.vault.seal(text, { ...owner, binding })
  await set({ settings: JSON.stringify(input.settings), secrets: sealed, secret_names: Object.keys(secrets) })
}

await platform.stores.control.within(organisationId, (tx) =>
  tx
    .insertInto('stream')
    .values({
      ...{ organisation_id: organisationId, connection_id: id, name: 'pushed' },
      ...{ kind: 'activity', feature: 'activity', every_ms: 60_000, received_since: new Date() },
    })
    .execute(),
)
beforeEach(() => set({ settings: '{}', secrets: null, secret_names: [] }))

test('where the app delivers to, and whether its secret is set, is shown beside the stream that it delivers, and its value nowhere', async () => {
  const { publicUrl } = platform.options
  const secret = { name: 'hook', title: 'Signing secret', help: 'Shown once when the webhook is created.' }
  const hook = {
    url: `${publicUrl}/hooks/${id}/northwind/events`,
    secret: { ...secret, isSet: false },
    about: 'Northwind posts its own alerts to the receiver.',
    docs: 'https://docs.northwind.example/webhooks',
  }
  assert.deepEqual((await pushed())?.hook, hook)
  await setSecrets({ hook: 's3cret-CANARY' })
  const { text, json } = await admin('GET', `/api/v1/connections/${id}/streams`)
  assert.equal(text.includes('CANARY'), false)
  const [read, shown] = ['sign_ins', 'pushed'].map((stream) =>
    (json as { items: Shown[] }).items.find(({ name }) => name === stream),
  )
  assert.equal(read?.hook, undefined)
  assert.equal(shown?.hook?.secret.isSet, true)
  // The address is not only shown: it is where deliveries are taken.
  const path = new URL(shown?.hook?.url ?? '').pathname
  assert.equal((await api.asker()('POST', path, { body: '{}' })).status, 401)
})

test('a connection without its settings: the app is answered as a stranger is, and the stream says who must mend what', async () => {
  const { status, text, headers } = await deliver()
  const stranger = await deliver('con_0000000000000000000000')
  assert.deepEqual([status, text], [401, ''])
  const names = (from: Headers) => [...from.keys()].toSorted()
  assert.deepEqual([stranger.status, stranger.text], [status, text])
  assert.deepEqual(names(headers), names(stranger.headers))
  const shown = await pushed()
  assert.equal(shown?.state, 'blocked')
  assert.deepEqual([shown?.fault?.code, shown?.fault?.blame], ['SETTING_MISSING', 'operator'])
  assert.match(shown?.fault?.message ?? '', /workspace/)
})

test('a signing secret that was not given: nobody can sign, and the stream asks for it until a delivery is taken', async () => {
  await setSecrets({})
  for (const secret of ['', 's3cret']) assert.equal((await deliver(id, secret || 'x')).status, 401)
  const asks = await pushed()
  assert.deepEqual([asks?.state, asks?.fault?.code], ['blocked', 'SETTING_MISSING'])
  assert.match(asks?.fault?.message ?? '', /“Signing secret” is not given/)
  await setSecrets({ hook: 's3cret' })
  assert.equal((await deliver(id, 'guess')).status, 401)
  assert.equal((await pushed())?.lastSuccessAt, undefined)
  assert.equal((await deliver()).status, 200)
  const well = await pushed()
  assert.deepEqual([well?.state, well?.fault], ['waiting', undefined])
  assert.ok(well?.lastSuccessAt)
})

test('a signature that is wrong changes nothing: whoever knows an address cannot make a stream look ill', async () => {
  await setSecrets({ hook: 's3cret' })
  await deliver()
  const before = await pushed()
  assert.equal((await deliver(id, 'guess')).status, 401)
  assert.deepEqual(await pushed(), before)
})

test('control: with the fault as an error, a stranger who knows the address reads what the connection lacks', async () => {
  const loose = await serveTestApi({ after }, platform, {
    mend: (services, open) => ({
      ...services,
      hooks: openHooks({
        ...receiverPorts(open),
        receiverOf: async (connectionId) => {
          const receiver = await receiverPorts(open).receiverOf(connectionId)
          if (receiver instanceof Fault) throw receiver
          return receiver
        },
      }),
    }),
  })
  const answer = await loose.asker()('POST', `/hooks/${id}/northwind/events`, { body: '{}' })
  assert.notEqual(answer.status, 401)
  assert.match(answer.text, /workspace/)
})
