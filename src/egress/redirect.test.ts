import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { type TestContext, test } from 'node:test'
import type { OutgoingRequest, SendOptions } from '../model/transport.ts'
import { openEgress } from './egress.ts'
import { httpServer } from './testing/servers.ts'

const FOLLOW: SendOptions = { timeoutMs: 5000, redirects: 'follow' }
const CREDENTIALS = {
  authorization: 'Bearer hunter2',
  'x-api-key': 'hunter2',

  accept: 'text/csv',
}

function open(t: TestContext, hosts = ['127.0.0.1', 'localhost']) {
  const egress = openEgress({ hosts, allowLoopback: true, resolve: async () => ['127.0.0.1'] })
  t.after(egress.close)
  return egress.send
}
const redirectTo = (t: TestContext, status: number, location: string) =>
  httpServer(t, (_, response) => response.writeHead(status, { Location: location }).end())

for (const status of [301, 302, 303, 307, 308]) {
  test(`${status} to another declared origin is followed without anything that could be a credential`, async (t) => {
    let seen: IncomingMessage | undefined
    const files = await httpServer(t, (request, response) => {
      seen = request
      response.end('file')
    })
    const api = await redirectTo(t, status, `http://localhost:${files.port}/file?signature=s`)
    const { url, body } = await open(t)(
      { method: 'GET', url: `${api.origin}/a?token=hunter2`, headers: { ...CREDENTIALS } },
      FOLLOW,
    )
    assert.equal(Buffer.from(body).toString(), 'file')
    assert.equal(url, `http://localhost:${files.port}/file?signature=s`)
    assert.doesNotMatch(`${seen?.rawHeaders} ${seen?.url}`, /hunter2/)
    assert.equal(seen?.headers.accept, 'text/csv')
  })
}

test('control: a library that follows redirects by itself carries an API key to the other origin', async (t) => {
  let seen: IncomingMessage | undefined
  const files = await httpServer(t, (request, response) => {
    seen = request
    response.end('file')
  })
  const api = await redirectTo(t, 302, `http://localhost:${files.port}/file`)
  await fetch(api.origin, { headers: CREDENTIALS })
  assert.equal(seen?.headers['x-api-key'], 'hunter2')
})

test('within one origin the headers stay', async (t) => {
  const api = await httpServer(t, (request, response) => {
    if (request.url === '/old') response.writeHead(302, { Location: 'new' }).end()
    else response.end(`${request.url} ${request.headers['x-api-key']}`)
  })
  const { body } = await open(t)(
    { method: 'GET', url: `${api.origin}/old`, headers: { 'x-api-key': 'k' } },
    FOLLOW,
  )
  assert.equal(Buffer.from(body).toString(), '/new k')
})

const REFUSED: [name: string, location: string, code: string][] = [
  ['a host that is not declared', 'https://evil.example/?hunter2', 'EGRESS_BLOCKED'],
  ['http', 'http://api.acme.example/', 'EGRESS_BLOCKED'],
  ['the metadata service', 'http://169.254.169.254/latest/', 'EGRESS_BLOCKED'],
  ['a private address', 'https://10.0.0.1/', 'EGRESS_BLOCKED'],
  ['another port of a declared host', 'https://api.acme.example:8443/', 'EGRESS_BLOCKED'],
  ['a file', 'file:///etc/passwd', 'REQUEST_INVALID'],
  ['an address with a password', 'https://a:b@api.acme.example/', 'REQUEST_INVALID'],
  ['nonsense', 'http://[/hunter2', 'REQUEST_INVALID'],
]
for (const [name, location, code] of REFUSED) {
  test(`a redirect (302, 307, 308) to ${name} is refused, and the message shows no more than a host`, async (t) => {
    const send = open(t, ['127.0.0.1', 'api.acme.example'])
    for (const status of [302, 307, 308]) {
      const { origin } = await redirectTo(t, status, location)
      await assert.rejects(
        send({ method: 'GET', url: `${origin}/?k=hunter2`, headers: {} }, FOLLOW),
        (error: Error & { code: string }) =>
          error.code === code && !/hunter2|passwd|latest/.test(error.message),
      )
    }
  })
}

test('three hops are followed; a fourth, a chain of ten and a loop are not, which a library follows', async (t) => {
  let requests = 0
  const { origin } = await httpServer(t, (request, response) => {
    requests++
    const left = Number(request.url!.slice(1))
    if (request.url === '/loop') response.writeHead(302, { Location: '/loop' }).end()
    else if (left === 0) response.end('there')
    else response.writeHead(302, { Location: `/${left - 1}` }).end()
  })
  const send = open(t)
  assert.equal((await send({ method: 'GET', url: `${origin}/3`, headers: {} }, FOLLOW)).status, 200)
  for (const path of ['/4', '/10', '/loop']) {
    requests = 0
    await assert.rejects(send({ method: 'GET', url: origin + path, headers: {} }, FOLLOW), {
      code: 'REDIRECT_REFUSED',
    })
    assert.equal(requests, 4)
  }
  requests = 0
  assert.equal((await fetch(`${origin}/10`)).status, 200)
  assert.equal(requests, 11, 'control')
})

const NEVER: [name: string, request: Pick<OutgoingRequest, 'method'>, options: SendOptions][] = [
  ['token and action requests', { method: 'GET' }, { timeoutMs: 5000, redirects: 'never' }],
  ['requests that do not say', { method: 'GET' }, { timeoutMs: 5000 }],
  ['POST', { method: 'POST' }, FOLLOW],
  ['DELETE', { method: 'DELETE' }, FOLLOW],
]
for (const [name, request, options] of NEVER) {
  test(`${name} (${request.method}) never follow a redirect`, async (t) => {
    const target = await httpServer(t, (_, response) => response.end())
    const { origin } = await redirectTo(t, 307, `${target.origin}/`)
    await assert.rejects(open(t)({ ...request, url: origin, headers: {} }, options), {
      code: 'REDIRECT_REFUSED',
    })
    assert.equal(target.connections(), 0)
    await fetch(origin, { method: request.method })
    assert.equal(target.connections(), 1, 'control: a library that follows by itself gets there')
  })
}

test('a status of redirects without an address, and 304, are answers', async (t) => {
  const { origin } = await httpServer(t, (request, response) =>
    response.writeHead(Number(request.url!.slice(1))).end(),
  )
  const send = open(t)
  for (const status of [302, 304])
    assert.equal(
      (await send({ method: 'GET', url: `${origin}/${status}`, headers: {} }, FOLLOW)).status,
      status,
    )
})
