import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { openEgress } from '../egress/egress.ts'
import { isFault } from '../lib/fault.ts'
import { leadOf, ledTransport } from './led-transport.ts'
import { emptyFolder, fairlead } from './testing/command.ts'

const send = { timeoutMs: 2000 }

test('what is meant for the app is asked of this machine, and its Link headers lead on to the app', async (t) => {
  const at = await appOf(t)
  const egress = openEgress({ hosts: ['docs.example.com', '127.0.0.1'], allowLoopback: true })
  t.after(egress.close)
  const led = ledTransport([leadOf(`Docs.example.com=${at}`)])(egress.send)

  const answer = await led(
    { method: 'GET', url: 'https://docs.example.com/v1/users?a=%2F', headers: {} },
    send,
  )
  assert.equal(Buffer.from(answer.body).toString(), '/v1/users?a=%2F')
  assert.equal(answer.url, 'https://docs.example.com/v1/users?a=%2F')
  assert.equal(answer.headers['link'], '<https://docs.example.com/v1/users?page=2>; rel="next"')
})

test('without the switch, nothing on this machine is reached', async (t) => {
  const at = await appOf(t)
  const egress = openEgress({ hosts: ['docs.example.com'] })
  t.after(egress.close)
  const led = ledTransport([leadOf(`docs.example.com=${at}`)])(egress.send)
  const asked = led({ method: 'GET', url: 'https://docs.example.com/v1/users', headers: {} }, send)
  await assert.rejects(asked, (error) => isFault(error) && error.code === 'EGRESS_BLOCKED')
})

test('another host is asked where it is', async () => {
  const urls: string[] = []
  const led = ledTransport([leadOf('docs.example.com=http://localhost:1')])(async ({ url }) => {
    urls.push(url)
    return { status: 204, headers: {}, body: new Uint8Array(), url }
  })
  for (const url of ['https://docs.example.com.evil.example/a', 'https://auth.example.com/token'])
    await led({ method: 'GET', url, headers: {} }, send)
  assert.deepEqual(urls, ['https://docs.example.com.evil.example/a', 'https://auth.example.com/token'])
})

test('only an address on this machine, without a path, can stand for a host', () => {
  for (const pair of [
    ...['docs.example.com', 'docs.example.com=', '=http://127.0.0.1:1', 'a/b=http://127.0.0.1:1'],
    ...['docs.example.com=http://10.0.0.1', 'docs.example.com=http://127.0.0.1:1/api'],
  ])
    assert.throws(() => leadOf(pair), /USAGE_WRONG|write HOST=URL/, pair)
})

test('run collects from an app on this machine', async (t) => {
  const at = await appOf(t, { users: [{ id: 'u-1', email: 'ana@acme.example' }] })
  const folder = join(await emptyFolder(t), 'acme')
  assert.equal((await fairlead(['init', folder])).code, 0)
  const words = ['run', folder, '--set', 'workspace=acme', '--stream', 'users', '--quiet']
  const env = { FAIRLEAD_SECRET_KEY: 'a key of the test' }
  const { code, stdout, stderr } = await fairlead([...words, '--allow-loopback', `acme.example.com=${at}`], {
    env,
  })
  assert.deepEqual([code, stderr], [0, ''])
  assert.equal(JSON.parse(stdout).user.email_addr, 'ana@acme.example')
})

test('who gives an address of this machine as a host learns how to reach it', async (t) => {
  const folder = join(await emptyFolder(t), 'acme')
  await fairlead(['init', folder])
  const manifest = join(folder, 'connector.yaml')
  const text = await readFile(manifest, 'utf8')
  const asked = {
    pattern: '      pattern: "^[a-z0-9-]{1,63}$"\n      example: acme',
    host: '{{ settings.workspace }}.example.com',
  }
  assert.ok(text.includes(asked.pattern) && text.includes(asked.host))
  await writeFile(
    manifest,
    text
      .replace(asked.pattern, '      type: host\n      example: acme.example.com')
      .replaceAll(asked.host, '{{ settings.workspace }}'),
  )
  const { code, stderr } = await fairlead(['run', folder, '--set', 'workspace=127.0.0.1:8080'])
  assert.equal(code, 1)
  assert.match(stderr, /^fairlead: SETTING_INVALID workspace=127\.0\.0\.1:8080: .*--allow-loopback /)
})

/** An app that answers with the path it was asked for, or with a body, and names its own address in Link. */
async function appOf(t: TestContext, body?: unknown): Promise<string> {
  const server = createServer(({ url, headers }, answer) =>
    answer
      .setHeader('link', `<http://${headers.host}/v1/users?page=2>; rel="next"`)
      .end(body === undefined ? url : JSON.stringify(body)),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  return `http://127.0.0.1:${address.port}`
}
