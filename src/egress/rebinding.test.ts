import assert from 'node:assert/strict'
import { get } from 'node:http'
import { type TestContext, test } from 'node:test'
import { egressBehind, openEgress } from './egress.ts'
import type { Guard } from './guard.ts'
import type { Resolve } from './guarded-agent.ts'
import { HOST } from './testing/forms.ts'
import { nameServer } from './testing/name-server.ts'
import { httpServer } from './testing/servers.ts'

/**
 * Abuse test 2, with a real name server whose answers change at once. 127.0.0.1 stands for the public internet where something must
 * be reached, and 127.0.0.9 for what is private; with the guard of production nothing is dialled at all.
 */

const [PUBLIC, PRIVATE] = ['127.0.0.1', '127.0.0.9']
const NAME = 'rebind.example'
const onlyPublic: Guard = {
  checkUrl: (url) => new URL(url),
  allowsAddress: (_, address) => address === PUBLIC,
}
const anywhere: Guard = { ...onlyPublic, allowsAddress: () => true }
const OPTIONS = { timeoutMs: 2000 }

/** The same port on both addresses, and what each has heard. */
async function listeners(t: TestContext) {
  const outside = await httpServer(t, (_, answer) => answer.setHeader('connection', 'close').end('outside'))
  const inside = await httpServer(
    t,
    (_, answer) => answer.setHeader('connection', 'close').end('inside'),
    PRIVATE,
    outside.port,
  )
  const heard = () => [outside.connections(), inside.connections()]
  return { url: `http://${NAME}:${outside.port}/`, heard }
}

function sender(t: TestContext, guard: Guard, resolve: Resolve) {
  const egress = egressBehind(guard, resolve)
  t.after(egress.close)
  return (url: string) =>
    egress.send({ method: 'GET', url, headers: {} }, OPTIONS).then(
      ({ body }) => Buffer.from(body).toString(),
      ({ code }) => code,
    )
}

/** What a careful client without our agent does: looks where the name leads, then asks for it by name. */
async function checkedThenAsked(url: string, resolve: Resolve): Promise<string> {
  const { hostname } = new URL(url)
  const first = await resolve(hostname)
  if (!first.every((address) => onlyPublic.allowsAddress(hostname, address))) return 'EGRESS_BLOCKED'
  return new Promise((done, failed) => {
    get(
      url,
      {
        agent: false,
        lookup: (name, _, found) =>
          void resolve(name).then((all) => found(null, [{ address: all[0]!, family: 4 }])),
      },
      (answer) => answer.setEncoding('utf8').on('data', done),
    ).on('error', failed)
  })
}

test('a name that leads outside when it is checked and inside at once after is never dialled inside', async (t) => {
  const { url, heard } = await listeners(t)
  const names = await nameServer(t, [[PUBLIC], [PRIVATE]])
  const send = sender(t, onlyPublic, names.resolve)
  assert.equal(await send(url), 'outside')
  assert.deepEqual([names.asked(), names.ttls], [1, [0]], 'looked up once: what was checked was dialled')
  assert.equal(await send(url), 'EGRESS_BLOCKED')
  assert.deepEqual(heard(), [1, 0])
})

test('control: a client that checks the name and then asks for it by name is led inside', async (t) => {
  const { url, heard } = await listeners(t)
  const { resolve } = await nameServer(t, [[PUBLIC], [PRIVATE]])
  assert.equal(await checkedThenAsked(url, resolve), 'inside')
  assert.deepEqual(heard(), [0, 1])
})

for (const mixed of [
  [PUBLIC, PRIVATE],
  [PRIVATE, PUBLIC],
])
  test(`a name with the addresses ${mixed.join(' and ')} is not called; without the rule the first of them is`, async (t) => {
    const { url, heard } = await listeners(t)
    const { resolve } = await nameServer(t, [mixed])
    assert.equal(await sender(t, onlyPublic, resolve)(url), 'EGRESS_BLOCKED')
    assert.deepEqual(heard(), [0, 0])
    const naked = await sender(t, anywhere, resolve)(url)
    assert.equal(naked, mixed[0] === PUBLIC ? 'outside' : 'inside', 'control')
  })

for (const addresses of [
  ['127.0.0.1'],
  ['127.0.0.1', '8.8.8.8'],
  ['8.8.8.8', '10.0.0.1'],
  ['169.254.169.254'],
])
  test(`as production has it, a declared name with the addresses ${addresses.join(' and ')} is not dialled`, async (t) => {
    const names = await nameServer(t, [addresses])
    const egress = openEgress({ hosts: [HOST], resolve: names.resolve })
    t.after(egress.close)
    const request = { method: 'GET', url: `https://${HOST}/`, headers: {} } as const
    await assert.rejects(egress.send(request, OPTIONS), {
      code: 'EGRESS_BLOCKED',
      message: `host ${HOST} leads to an address outside the public internet`,
    })
    assert.equal(names.asked(), 1)
  })
