import assert from 'node:assert/strict'
import { cp, readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { parseFault } from '../emulator/faults.ts'
import { type Ended, emptyFolder, fairlead, servedApp, startFairlead } from './testing/command.ts'

/**
 * Whole command lines against a whole app, with secrets of a recognisable form and every token noted on the wire: afterwards nothing
 * that was printed or written holds one of them in the clear.
 */

const APP = 'connectors/northwind-docs'
const SECRETS = {
  client_id: 'canary-client-5f1c',
  client_secret: 'canary-secret-9d2e',
  user: 'canary-user-77aa@acme.example',
  password: 'canary-password-31bb',
}
/** Shown in the address a person opens, as OAuth has it. */
const SHOWN = SECRETS.client_id
const TOKEN = /"(?:access_token|refresh_token|token|organization_id)":\s*"([^"]+)"/g

type Wire = {
  readonly url: string
  readonly seen: () => string
  readonly tokens: Set<string>
  echo?: boolean
}

/** Stands between the command line and the app, and notes all that passes. With `echo`, the app repeats what it was sent. */
async function openWire(t: TestContext, target: string): Promise<Wire> {
  let seen = ''
  const tokens = new Set<string>()
  const wire: Wire = { url: '', seen: () => seen, tokens }
  const server = createServer(async (request, response) => {
    const body = await text(request)
    seen += `${request.url} ${JSON.stringify(request.headers)} ${body}\n`
    if (wire.echo === true && !isForTokens(request)) {
      const message = `you sent ${request.headers.authorization} ${body}`
      response.writeHead(400, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ error: { code: 'maintenance', message } }))
      return
    }
    const answer = await fetch(`${target}${request.url}`, {
      method: request.method ?? 'GET',
      headers: forwarded(request),
      redirect: 'manual',
      ...(body === '' ? {} : { body }),
    })
    const said = await answer.text()
    if (isForTokens(request)) for (const [, token] of said.matchAll(TOKEN)) tokens.add(token!)
    const headers = Object.fromEntries([...answer.headers].filter(([name]) => !HOP.has(name)))
    response.writeHead(answer.status, headers).end(said)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as { port: number }
  return Object.assign(wire, { url: `http://127.0.0.1:${port}` })
}

const HOP = new Set(['content-encoding', 'content-length', 'transfer-encoding', 'connection', 'keep-alive'])
const isForTokens = ({ url = '' }: IncomingMessage) => /\/(token|sessions)(\?|$)/.test(url)
const forwarded = ({ headers }: IncomingMessage) =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      HOP.has(name) || name === 'host' || typeof value !== 'string' ? [] : [[name, value]],
    ),
  )

async function setUp(t: TestContext, faults: readonly string[] = []) {
  const folder = await emptyFolder(t)
  const app = await servedApp(t, APP, {
    records: 40,
    tokenLifetimeMs: 1500,
    faults: faults.map((rule) => parseFault(rule)!),
  })
  const wire = await openWire(t, app.url)
  const secrets = join(folder, 'secrets')
  await writeFile(
    secrets,
    Object.entries(SECRETS)
      .map((pair) => pair.join('='))
      .join('\n'),
  )
  const common = [
    '--at',
    wire.url,
    '--set',
    'workspace=acme',
    '--set',
    'downloads=true',
    '--secrets',
    secrets,
  ]
  const state = join(folder, 'kept', 'acme.state.json')
  return {
    wire,
    words: (verb: string, auth: string) => [verb, APP, ...common, '--auth', auth, '--state', state],
    state,
    folder,
  }
}

/** Everything that is left: what was printed, and every file beside the state. */
async function leftBy(runs: readonly Ended[], state: string): Promise<string> {
  const folder = join(state, '..')
  const names = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isFile())
  const files = await Promise.all(names.map(({ name }) => readFile(join(folder, name), 'latin1')))
  return [...runs.flatMap(({ stdout, stderr }) => [stdout, stderr]), ...files].join('\n')
}

function assertHidden(left: string, { tokens, seen }: Wire, but: readonly string[] = []): void {
  const canaries = [...Object.values(SECRETS).filter((value) => !but.includes(value)), ...tokens]
  for (const canary of canaries) {
    assert.ok(!left.includes(canary), `${canary} is in the clear`)
    assert.ok(!left.includes(Buffer.from(canary).toString('base64').replaceAll('=', '')), canary)
  }
  const used = [...tokens].filter((token) => seen().includes(token))
  assert.ok(used.length > 0, 'control: tokens went over the wire')
}

test('OAuth from consent to collection: no secret and no token is printed, or kept in the clear', async (t) => {
  const { wire, words, state } = await setUp(t, ['401@30', '500:0.02'])
  const connected = await consented(words('connect', 'Administrator'))
  assert.equal(connected.code, 0, connected.stderr)
  const collected = await fairlead([...words('run', 'Administrator'), '--raw'])
  assert.equal(collected.code, 0, collected.stderr)
  assert.ok(collected.stdout.split('\n').length > 100)
  assert.ok(wire.tokens.size >= 3, 'tokens were refreshed')
  assertHidden(await leftBy([connected, collected], state), wire, [SHOWN])
  assert.ok(wire.seen().includes(basic(SECRETS)), 'control: the secret went over the wire')
})

test('a sign-in with a password: neither it nor the session token is printed, or kept in the clear', async (t) => {
  const { wire, words, state } = await setUp(t)
  const collected = await fairlead(words('run', 'Service account'))
  assert.equal(collected.code, 0, collected.stderr)
  assertHidden(await leftBy([collected], state), wire)
  assert.ok(wire.seen().includes(SECRETS.password), 'control: the password went over the wire')
})

test('an app that repeats in its error what it was sent does not get it printed', async (t) => {
  const { wire, words, state, folder } = await setUp(t)
  const app = join(folder, 'northwind-docs')
  await cp(APP, app, { recursive: true })
  const manifest = await readFile(join(app, 'connector.yaml'), 'utf8')
  assert.ok(manifest.includes('is: retry'))
  await writeFile(join(app, 'connector.yaml'), manifest.replace('is: retry', 'is: fail'))
  wire.echo = true
  const [verb, , ...options] = words('run', 'Service account')
  const failed = await fairlead([verb!, app, ...options, '--stream', 'users', '--stream', 'org'], {
    env: { FAIRLEAD_STATE_KEY: 'canary-key-of-the-state-file' },
  })
  assert.equal(failed.code, 1)
  assert.match(failed.stderr, /you sent \[secret\]/)
  assertHidden(await leftBy([failed], state), wire)
  assert.ok(!failed.stderr.includes('canary-key'))
})

const basic = ({ client_id, client_secret }: typeof SECRETS) =>
  Buffer.from(`${client_id}:${client_secret}`).toString('base64')

/** Starts `connect`, and is the person with the browser. */
async function consented(words: readonly string[]): Promise<Ended> {
  const { child, ended } = startFairlead(words)
  const address = await new Promise<string>((resolve, reject) => {
    let said = ''
    child.stderr?.on('data', (piece: string) => {
      said += piece
      const url = /^ {2}(http\S+)$/m.exec(said)?.[1]
      if (url !== undefined) resolve(url)
    })
    ended.then(({ stderr }) => reject(new Error(stderr)), reject)
  })
  const consent = await fetch(address, {
    method: 'POST',
    body: new URLSearchParams({ decision: 'allow' }),
    redirect: 'manual',
  })
  await fetch(consent.headers.get('location') ?? '')
  return ended
}
