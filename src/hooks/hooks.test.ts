import assert from 'node:assert/strict'
import { request } from 'node:http'
import { after, beforeEach, test } from 'node:test'
import { fillOrganisation } from '../api/testing/fill.ts'
import { openTestPlatform, serveTestApi } from '../api/testing/test-api.ts'
import { Fault } from '../lib/fault.ts'
import { receiverPorts } from '../platform/receiver.ts'
import { updateConnection } from '../store/postgres/connection-rows.ts'
import { openHooks } from './hooks.ts'
import { bodyOf, now, receiver, sign } from './testing/deliveries.ts'

// Abuse test 21: deliveries that are forged, old, repeated, changed on the way, enormous, or too many.

const arrived: string[] = []
const platform = await openTestPlatform({ after })
const api = await serveTestApi({ after }, platform, {
  mend: (services, open) => ({
    ...services,
    hooks: openHooks({
      ...receiverPorts(open),
      receiverOf: async (id) => (id.startsWith('con_known') ? receiver : undefined),
      arrived: async ({ stream }) => void arrived.push(stream),
    }),
  }),
})
beforeEach(() => {
  arrived.length = 0
})

const deliver = (body: string, headers: Record<string, string> = {}, to = 'con_known/acme/events') => {
  const time = headers['x-time'] ?? now()
  return api.asker()('POST', `/hooks/${to}`, {
    body,
    headers: { 'x-time': time, 'x-signature': sign(body, time), ...headers },
  })
}
test('a delivery that is signed leads to one look at its stream, and the same again to none', async () => {
  assert.equal((await deliver(bodyOf('d-1'))).status, 200)
  assert.deepEqual(arrived, ['pushed'])
  assert.equal((await deliver(bodyOf('d-1'))).status, 409)
  assert.deepEqual(arrived, ['pushed'])
  assert.equal((await deliver(bodyOf('d-2'))).status, 200)
})

const old = String(Math.floor(Date.now() / 1000) - 3600)
const REFUSED: readonly (readonly [what: string, ask: () => ReturnType<typeof deliver>])[] = [
  ['no signature', () => deliver(bodyOf('x'), { 'x-signature': '' })],
  [
    'a signature with another secret',
    () => deliver(bodyOf('x'), { 'x-signature': sign(bodyOf('x'), now(), 'guess') }),
  ],
  ['a right signature of an hour ago', () => deliver(bodyOf('x'), { 'x-time': old })],
  ['a body written anew', () => deliver(`${bodyOf('x')} `, { 'x-signature': sign(bodyOf('x'), now()) })],
  [
    'no JSON and no signature: nothing of it is read',
    () => deliver('{'.repeat(1000), { 'x-signature': '00' }),
  ],
  ['a connection nobody has', () => deliver(bodyOf('x'), {}, 'con_other/acme/events')],
  ['a path the connector does not have', () => deliver(bodyOf('x'), {}, 'con_known/acme/others')],
]
for (const [what, ask] of REFUSED)
  test(`${what}: 401, and nothing happens`, async () => {
    const { status, text } = await ask()
    assert.equal(status, 401)
    assert.equal(text, '')
    assert.deepEqual(arrived, [])
  })

test('any content type is the same bytes', async () => {
  for (const [n, type] of [
    'application/json',
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
  ].entries())
    assert.equal((await deliver(bodyOf(`type-${n}`), { 'content-type': type })).status, 200, type)
})

/** Begins to send more than anybody may, and says what came back and how much had gone by then. */
function flood(headers: Record<string, string>): Promise<{ status: number; sent: number }> {
  const { hostname, port } = new URL(api.origin)
  return new Promise((resolve, reject) => {
    let sent = 0
    let isAnswered = false
    const outgoing = request({
      hostname,
      port,
      method: 'POST',
      path: '/hooks/con_known/acme/events',
      headers,
    })
    outgoing.on('response', (response) => {
      isAnswered = true
      resolve({ status: response.statusCode ?? 0, sent })
      outgoing.destroy()
    })
    outgoing.on('error', (error) => (isAnswered ? undefined : reject(error)))
    const chunk = Buffer.alloc(64 * 1024)
    const more = () => {
      if (isAnswered || sent >= 50_000_000) return
      sent += chunk.length
      outgoing.write(chunk, () => setImmediate(more))
    }
    more()
  })
}

test('50 MB are refused by what is announced, or at 5 MB where nothing is', async () => {
  const announced = await flood({ 'content-type': 'application/json', 'content-length': '50000000' })
  assert.equal(announced.status, 413)
  assert.ok(announced.sent < 5_000_000, String(announced.sent))
  const chunked = await flood({ 'content-type': 'application/json', 'transfer-encoding': 'chunked' })
  assert.equal(chunked.status, 413)
  assert.ok(chunked.sent < 20_000_000, String(chunked.sent))
  assert.deepEqual(arrived, [])
})

test('what an app delivers is an event that can be searched, once; what cannot be mapped is in quarantine', async () => {
  const northwind = platform.catalog.get('northwind-docs')
  const admin = await api.signIn('customer')
  const organisationId = await fillOrganisation(platform, admin, 'HOOKS')
  const { items } = (await admin('GET', '/api/v1/connections')).json as { items: { id: string }[] }
  const connectionId = items[0]?.id ?? ''
  await platform.stores.control.within(organisationId, (tx) =>
    tx
      .insertInto('stream')
      .values({
        ...{ organisation_id: organisationId, connection_id: connectionId, name: 'pushed' },
        ...{ kind: 'activity', feature: 'activity', every_ms: 60_000, received_since: new Date() },
      })
      .execute(),
  )
  const off: string[] = []
  const served = await serveTestApi({ after }, platform, {
    mend: (services, open) => ({
      ...services,
      hooks: openHooks({
        ...receiverPorts(open),
        receiverOf: async () => ({
          organisationId,
          connector: northwind,
          settings: {},
          secrets: receiver.secrets,
          off,
        }),
      }),
    }),
  })
  type Pushed = { name: string; receivedSince?: string; lastSuccessAt?: string; nextRunAt?: string }
  const pushed = async () => {
    const { json } = await admin('GET', `/api/v1/connections/${connectionId}/streams`)
    return (json as { items: Pushed[] }).items.find(({ name }) => name === 'pushed')
  }
  const waiting = await pushed()
  assert.ok(waiting?.receivedSince !== undefined && waiting.lastSuccessAt === undefined)
  assert.equal(waiting.nextRunAt, undefined)
  const run = await admin('POST', `/api/v1/connections/${connectionId}/streams/pushed/run`)
  assert.deepEqual(
    [run.status, (run.json as { error: { code: string } }).error.code],
    [409, 'CONNECTION_UNFIT'],
  )
  const events = [
    { id: 'psh_1', at: new Date().toISOString(), kind: 'malware.found', severity: 'high', title: 'Malware' },
    { at: 'never' },
  ]
  for (const delivery of ['one', 'two']) {
    const [time, body] = [now(), JSON.stringify({ type: 'events', delivery, events })]
    const headers = { 'x-northwind-time': time, 'x-northwind-signature': `v1=${sign(body, time)}` }
    const { status, text } = await served.asker()('POST', `/hooks/${connectionId}/northwind/events`, {
      body,
      headers,
    })
    assert.equal(status, 200, text)
  }
  assert.ok((await pushed())?.lastSuccessAt !== undefined)
  off.push('pushed')
  const [time, body] = [now(), JSON.stringify({ type: 'events', delivery: 'three', events: [] })]
  const switchedOff = await served.asker()('POST', `/hooks/${connectionId}/northwind/events`, {
    body,
    headers: { 'x-northwind-time': time, 'x-northwind-signature': `v1=${sign(body, time)}` },
  })
  assert.equal(switchedOff.status, 401)
  await platform.stores.control.within(organisationId, (tx) =>
    updateConnection(tx, connectionId, { settings: JSON.stringify({ workspace: 'acme' }) }),
  )
  const offNow = async () => {
    const receiver = await receiverPorts(platform).receiverOf(connectionId)
    return receiver instanceof Fault ? receiver : receiver?.off
  }
  assert.deepEqual(await offNow(), [])
  const change = { body: { isEnabled: false } }
  await admin('PATCH', `/api/v1/connections/${connectionId}/streams/pushed`, change)
  assert.deepEqual(await offNow(), ['pushed'])
  const found = (await admin('GET', '/api/v1/activity?where=stream:is:pushed')).json as {
    items: { message: string }[]
  }
  assert.deepEqual(
    found.items.map(({ message }) => message),
    ['Malware'],
  )
  const kept = (await admin('GET', `/api/v1/connections/${connectionId}/quarantine`)).json as {
    items: { stream: string }[]
  }
  assert.equal(kept.items.filter(({ stream }) => stream === 'pushed').length, 1)
})

test('of a thousand deliveries in a moment no more than six hundred are looked at', async () => {
  const answers = await Promise.all(
    Array.from({ length: 1000 }, (_, n) => deliver(bodyOf(`many-${n}`), {}, 'con_known_many/acme/events')),
  )
  const refused = answers.filter(({ status }) => status === 429)
  assert.equal(refused.length, 400)
  assert.ok(refused.every(({ headers }) => Number(headers.get('retry-after')) > 0))
  assert.equal(arrived.length, 600)
})

test('control: without the note of what was taken, a repetition counts again', async () => {
  const forgetful = await serveTestApi({ after }, platform, {
    mend: (services, open) => ({
      ...services,
      hooks: openHooks({
        ...receiverPorts(open),
        receiverOf: async () => receiver,
        wasTaken: async () => false,
        arrived: async ({ stream }) => void arrived.push(stream),
      }),
    }),
  })
  const [time, body] = [now(), bodyOf('again')]
  for (const _ of [1, 2])
    await forgetful.asker()('POST', '/hooks/con_known/acme/events', {
      body,
      headers: { 'x-time': time, 'x-signature': sign(body, time) },
    })
  assert.equal(arrived.length, 2)
})
