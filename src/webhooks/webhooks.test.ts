import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { readRootKeys } from '../credentials/root-keys.ts'
import { openVault } from '../credentials/vault.ts'
import { egressBehind, openEgress } from '../egress/egress.ts'
import { FORMS } from '../egress/testing/forms.ts'
import { httpServer } from '../egress/testing/servers.ts'
import { fakeClock } from '../lib/clock.ts'
import { FAULTS, isFault } from '../lib/fault.ts'
import { withEngines } from '../store/engines/testing.ts'
import { openControlStore } from '../store/postgres/control-store.ts'
import { openDataKeyRows } from '../store/postgres/data-key-rows.ts'
import { ATTEMPT_AFTER_MS } from './deliver.ts'
import { openWebhooks } from './webhooks.ts'

const engines = await withEngines({ after }, { only: 'postgres' })
const control = openControlStore({ url: engines.databaseUrl, migrations: 'sql' })
after(control.close)
await control.migrate()
const clock = fakeClock(Date.now())
const rootKeys = {
  keys: readRootKeys(randomBytes(32).toString('base64'), 'test'),
  source: 'test',
  isNew: false,
}
const vault = await openVault({ rootKeys, store: openDataKeyRows(control), clock, random: randomBytes })

type Heard = { readonly headers: Record<string, string>; readonly body: string }
const heard: Heard[] = []
let answer = 200
const server: Server = createServer(async (request, response) => {
  let body = ''
  for await (const chunk of request) body += chunk
  heard.push({ headers: request.headers as Record<string, string>, body })
  response.writeHead(answer, { location: 'http://127.0.0.1:1/elsewhere' }).end()
})
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
after(() => new Promise<void>((resolve) => server.close(() => resolve())))
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/told`

const webhooks = openWebhooks({
  ...{ control, vault, clock, allowLoopback: true },
  openWay: (host) => openEgress({ hosts: [host], allowLoopback: true }),
})
/** As production has it. */
const guarded = openWebhooks({
  ...{ control, vault, clock },
  openWay: (host) => openEgress({ hosts: [host] }),
})
const beside = async () => undefined
const create = (organisationId: string, topics = ['export.done']) =>
  webhooks.create({ organisationId, createdBy: 'usr', url, topics }, beside)

test('whoever wants to hear of a topic is told, signed as Standard Webhooks says; others are not', async () => {
  const { secret } = await create('org-a')
  await create('org-b')
  await webhooks.tell('org-a', 'export.done', { id: 'exp_1' })
  await webhooks.tell('org-a', 'stream.failed', {})
  await webhooks.deliverDue()
  assert.equal(heard.length, 1)
  const { headers, body } = heard[0]!
  assert.deepEqual((JSON.parse(body) as { data: object }).data, { id: 'exp_1' })
  const signer = new Webhook(secret)
  assert.doesNotThrow(() => signer.verify(body, headers))
  assert.throws(() => signer.verify(`${body} `, headers))
  await webhooks.deliverDue()
  assert.equal(heard.length, 1, 'what was taken is not sent again')
})

test('the secret is in no row as it was given', async () => {
  const { secret } = await create('org-secret')
  const rows = await control.asPlatform((tx) => tx.selectFrom('webhook_endpoint').selectAll().execute())
  assert.ok(rows.every((row) => !row.secret.includes(secret) && !row.secret.includes(secret.slice(6))))
})

test('what is not taken is tried again, later each time, for a day; then the delivery has failed', async () => {
  answer = 503
  const { id } = await create('org-retry')
  await webhooks.tell('org-retry', 'export.done', {})
  const began = clock.now()
  const deliveries = async () => (await webhooks.deliveries('org-retry', id, { limit: 10 })) ?? []
  for (const [n, afterMs] of ATTEMPT_AFTER_MS.entries()) {
    await webhooks.deliverDue()
    await clock.sleep(Math.max(0, began + afterMs + 1000 - clock.now()))
    await webhooks.deliverDue()
    const [delivery] = await deliveries()
    assert.deepEqual([delivery?.attempts, delivery?.status], [n + 1, 503])
    assert.equal(delivery?.state, n + 1 === ATTEMPT_AFTER_MS.length ? 'failed' : 'waiting')
  }
  assert.equal((await deliveries())[0]?.fault?.code, 'DELIVERY_FAILED')
  answer = 200
})

test('an address that fails and fails is switched off, with the reason, and told nothing more', async () => {
  answer = 500
  const { id } = await create('org-off')
  for (let n = 0; n < 16; n++) await webhooks.tell('org-off', 'export.done', { n })
  await webhooks.deliverDue()
  const [webhook] = await webhooks.list('org-off')
  assert.deepEqual([webhook?.isEnabled, webhook?.failures], [false, 16])
  assert.match(webhook?.disabledReason ?? '', /500/)
  answer = 200
  const before = heard.length
  await webhooks.tell('org-off', 'export.done', {})
  await clock.sleep(ATTEMPT_AFTER_MS[1]! + 1000)
  await webhooks.deliverDue()
  assert.equal(heard.length, before)
  const left = (await webhooks.deliveries('org-off', id, { limit: 50 })) ?? []
  assert.ok(left.every(({ state }) => state === 'failed'))
})

test('a redirect is not followed: whoever answers with one has not taken it', async () => {
  answer = 302
  const { id } = await create('org-redirect')
  const delivery = await webhooks.test('org-redirect', id)
  assert.deepEqual([delivery?.state, delivery?.fault?.code], ['failed', 'DELIVERY_FAILED'])
  assert.match(delivery?.fault?.message ?? '', /answered 302/)
  answer = 200
  assert.equal((await webhooks.test('org-redirect', id))?.state, 'delivered')
  assert.equal(await webhooks.test('org-a', id), undefined, 'another organisation has no such address')
})

const INSIDE = [
  'http://hooks.example/plain',
  'https://user:pass@hooks.example/',
  'https://hooks.example/#part',
  'ftp://hooks.example/',
  'nothing',
  'https://127.0.0.1/',
  'https://[::1]/',
  'https://169.254.169.254/latest/meta-data',
  'https://0x7f.1/',
  'https://2130706433/',
  'https://10.0.0.1/',
]
for (const address of INSIDE)
  test(`${address} is refused as an address, and nothing is kept`, async () => {
    await assert.rejects(
      guarded.create(
        { organisationId: 'org-inside', createdBy: 'usr', url: address, topics: ['export.done'] },
        beside,
      ),
      { code: 'SETTING_INVALID' },
    )
    assert.deepEqual(await webhooks.list('org-inside'), [])
  })

test('no spelling of a private address hears anything; without the guard, those that mean this machine do', async (t) => {
  const listener = await httpServer(t, (_, response) => response.end())
  const told = async (over: typeof webhooks, address: string) => {
    const ask = { organisationId: 'org-forms', createdBy: 'usr', url: address, topics: ['export.done'] }
    const made = await over.create(ask, beside).catch((error: unknown) => error)
    if (isFault(made)) return made.code
    const delivery = await over.test('org-forms', (made as { id: string }).id)
    return delivery?.fault?.code ?? delivery?.state
  }
  const inward = openWebhooks({
    ...{ control, vault, clock },
    openWay: (host) => openEgress({ hosts: [host], resolve: async () => ['127.0.0.1'] }),
  })
  for (const form of FORMS)
    for (const address of [`https://${form}/`, `https://${form}:${listener.port}/`])
      assert.match(String(await told(inward, address)), /^(SETTING_INVALID|DELIVERY_FAILED)$/, address)
  assert.equal(listener.connections(), 0)
  const anywhere = { checkUrl: (text: string) => new URL(text), allowsAddress: () => true }
  const naked = openWebhooks({
    ...{ control, vault, clock, allowLoopback: true },
    openWay: () => egressBehind(anywhere, async () => ['127.0.0.1']),
  })
  for (const form of FORMS.slice(0, 8))
    assert.equal(await told(naked, `http://${form}:${listener.port}/`), 'delivered', form)
  assert.ok(listener.connections() > 0, 'control')
})

test('a name that leads inside is refused when it is called: localhost hears nothing', async () => {
  const port = (server.address() as AddressInfo).port
  const { id } = await webhooks.create(
    {
      organisationId: 'org-name',
      createdBy: 'usr',
      url: `https://localhost:${port}/`,
      topics: ['export.done'],
    },
    beside,
  )
  const before = heard.length
  const delivery = await guarded.test('org-name', id)
  assert.equal(delivery?.fault?.code, 'DELIVERY_FAILED')
  assert.match(delivery?.fault?.message ?? '', /"localhost" is no host of the internet/)
  assert.equal(heard.length, before)
})

test('a test that does not arrive says who must act and what to do, in words of webhooks', async () => {
  const { id } = await webhooks.create(
    { organisationId: 'org-deaf', createdBy: 'usr', url: 'http://127.0.0.1:1/', topics: ['export.done'] },
    beside,
  )
  const delivery = await webhooks.test('org-deaf', id)
  assert.deepEqual([delivery?.state, delivery?.fault?.code], ['failed', 'DELIVERY_FAILED'])
  assert.match(delivery?.fault?.message ?? '', /^the delivery did not arrive: /)
  assert.deepEqual([delivery?.fault?.blame, delivery?.fault?.help], ['operator', FAULTS.DELIVERY_FAILED.help])
})
