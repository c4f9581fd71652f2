import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { egressBehind, openEgress } from './egress.ts'
import { type Guard, guardFor } from './guard.ts'
import { FORMS, HOST } from './testing/forms.ts'
import { httpServer } from './testing/servers.ts'

/** Nothing a manifest, a setting, an app or a name server says leads to an address outside the public internet. */

const OPTIONS = { timeoutMs: 2000 }
const get = (url: string) => ({ method: 'GET', url, headers: {} }) as const

test('at least the 44 known spellings are tried', () => assert.ok(new Set(FORMS).size >= 44))

test('no spelling of a private address passes the host rule; without the rule, those that mean this machine reach it', async (t) => {
  const server = await httpServer(t, (_, response) => response.end())
  const guarded = openEgress({ hosts: [HOST, '*.files.acme.example'], resolve: async () => ['127.0.0.1'] })
  const naked = egressBehind({ checkUrl: (url) => new URL(url), allowsAddress: () => true }, async () => [
    '127.0.0.1',
  ])
  t.after(guarded.close)
  t.after(naked.close)
  for (const form of FORMS) {
    for (const url of [
      `http://${form}:${server.port}/`,
      `https://${form}/`,
      `https://${form}:${server.port}/`,
    ])
      await assert.rejects(
        guarded.send(get(url), OPTIONS),
        { code: /^(EGRESS_BLOCKED|REQUEST_INVALID)$/ },
        url,
      )
  }
  assert.equal(server.connections(), 0)
  for (const form of FORMS.slice(0, 18)) await naked.send(get(`http://${form}:${server.port}/`), OPTIONS)
  assert.ok(server.connections() > 0)
})

const WRONG: [url: string, code: string][] = [
  [`http://${HOST}/`, 'EGRESS_BLOCKED'],
  [`https://${HOST}:8443/`, 'EGRESS_BLOCKED'],
  [`https://${HOST}:80/`, 'EGRESS_BLOCKED'],
  [`ftp://${HOST}/`, 'REQUEST_INVALID'],
  [`file:///etc/passwd`, 'REQUEST_INVALID'],
  [`//${HOST}/`, 'REQUEST_INVALID'],
  [`/users`, 'REQUEST_INVALID'],
  ['', 'REQUEST_INVALID'],
  [`https://user:hunter2@${HOST}/`, 'REQUEST_INVALID'],
  [`https://${HOST}/a/../hunter2`, 'REQUEST_INVALID'],
  [`https://${HOST}/a/%2e%2E/hunter2`, 'REQUEST_INVALID'],
  [`https://${HOST}/a/.%2e?hunter2`, 'REQUEST_INVALID'],
  [`https://${HOST}/..`, 'REQUEST_INVALID'],
  [`https://${HOST}/a\\b`, 'REQUEST_INVALID'],
  [`https://${HOST}/a b`, 'REQUEST_INVALID'],
  [`https://${HOST}/a\r\nX: y`, 'REQUEST_INVALID'],
  [`https://${HOST}/a\tb`, 'REQUEST_INVALID'],
  [`https://${HOST}/a\u2028b`, 'REQUEST_INVALID'],
  [`https://${HOST}/?${'x'.repeat(20_000)}`, 'REQUEST_INVALID'],
]
for (const [url, code] of WRONG) {
  test(`${JSON.stringify(url.slice(0, 60))} is refused with ${code}, and the message shows no more than the host`, () => {
    assert.throws(
      () => guardFor([HOST], false).checkUrl(url),
      (error: Error & { code: string }) => error.code === code && !/hunter2|passwd|users/.test(error.message),
    )
  })
}

test('dots that climb nowhere are an ordinary part of a path', () => {
  for (const path of ['/a..b/.well-known/x', '/v1.0/..a', '/a?next=/../b', '/...'])
    assert.doesNotThrow(() => guardFor([HOST], false).checkUrl(`https://${HOST}${path}`))
})

/** Takes 127.0.0.1 for the public internet and all else for private, so that these tests need no other machine. */
const oneAddress: Guard = {
  checkUrl: (url) => new URL(url),
  allowsAddress: (_, address) => address === '127.0.0.1',
}
const anyAddress: Guard = { ...oneAddress, allowsAddress: () => true }

async function sendWith(t: TestContext, guard: Guard, answers: readonly (readonly string[])[]) {
  const server = await httpServer(t, (_, response) => response.setHeader('connection', 'close').end())
  let asked = 0
  const egress = egressBehind(guard, async () => answers[Math.min(asked++, answers.length - 1)]!)
  t.after(egress.close)
  const send = () =>
    egress.send(get(`http://rebind.example:${server.port}/`), OPTIONS).then(
      ({ status }) => status,
      ({ code }) => code,
    )
  return { send, asked: () => asked, connections: server.connections }
}

test('a name with one private address among public ones is not called at all; without the rule it is', async (t) => {
  const mixed = [['127.0.0.1', '127.0.0.9']]
  const guarded = await sendWith(t, oneAddress, mixed)
  assert.deepEqual([await guarded.send(), guarded.connections()], ['EGRESS_BLOCKED', 0])
  const naked = await sendWith(t, anyAddress, mixed)
  assert.deepEqual([await naked.send(), naked.connections()], [200, 1])
})

test('a name without an address is no answer', async (t) =>
  assert.equal(await (await sendWith(t, oneAddress, [[]])).send(), 'SOURCE_UNAVAILABLE'))

test('the address that was checked is the one dialled, and each new connection is checked anew', async (t) => {
  const { send, asked, connections } = await sendWith(t, oneAddress, [['127.0.0.1'], ['127.0.0.9']])
  assert.deepEqual([await send(), asked(), connections()], [200, 1, 1])
  assert.deepEqual([await send(), asked(), connections()], ['EGRESS_BLOCKED', 2, 1])
})

test('the development switch opens loopback names only: a declared name that leads to this machine stays closed', async (t) => {
  const { port } = await httpServer(t, (_, response) => response.end('here'))
  const hosts = ['localhost', HOST]
  const resolve = async () => ['127.0.0.1']
  const egress = openEgress({ hosts, allowLoopback: true, resolve })
  t.after(egress.close)
  assert.equal((await egress.send(get(`http://localhost:${port}/`), OPTIONS)).status, 200)
  await assert.rejects(egress.send(get(`https://${HOST}/`), OPTIONS), { code: 'EGRESS_BLOCKED' })
  await assert.rejects(egress.send(get(`http://127.0.0.1:${port}/`), OPTIONS), { code: 'EGRESS_BLOCKED' })
  assert.throws(() => openEgress({ hosts, resolve }), { code: 'EGRESS_BLOCKED' })
})
