import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { openTestPlatform, serveTestApi } from '../api/testing/test-api.ts'
import { authorize } from '../connect/authorize.ts'
import { callback } from '../connect/callback.ts'
import { draft } from '../connect/draft.ts'
import { openStored, readStored } from '../connect/stored.ts'
import { openApp } from '../connect/testing/emulated.ts'
import { rowOf, secretsOf, sessionOf } from '../connect/testing/world.ts'
import { familyOf, filesWith, textsInMemory } from '../lib/testing/traces.ts'
import { activityEvent } from '../store/clickhouse/testing/events.ts'
import { backup } from '../store/engines/backup.ts'
import { findEngines } from '../store/engines/engines.ts'

/** Abuse test 20: what can be carried away besides the disk itself. What is not sealed, and so found by the same search, is the control. */

const skip =
  (process.env['FAIRLEAD_TEST_DATABASE_URL'] ?? process.env['FAIRLEAD_TEST_CLICKHOUSE_URL']) !== undefined &&
  'needs the embedded engines'
const canary = () => `CANARY-${randomBytes(16).toString('hex')}`
const platform = await openTestPlatform({ after })
const api = await serveTestApi({ after }, platform)
const directory = dirname(platform.options.directory)
/** Kept in the clear: the name of a connection, and what an app said of an event. */
const shown = { name: canary(), message: canary() }
const secrets: Record<string, string> = {}
let cookie = ''

before(async () => {
  const app = await openApp({ after })
  const ports = { ...platform.connect, wayTo: () => app.way }
  const answer = await api.asker()('POST', '/api/v1/demo/sign-in', { body: { person: 'customer' } })
  cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const ask = api.asker({ cookie, origin: platform.options.publicUrl })
  const me = (await ask('GET', '/api/v1/me')).json as { user: { id: string }; organisation: { id: string } }
  const organisationId = me.organisation.id
  const who = sessionOf(organisationId, me.user.id)
  const given = { client_id: canary(), client_secret: canary() }
  const step = await draft(ports, who, {
    ...{ appId: 'northwind-docs', name: shown.name, features: ['accounts'], authMethod: 'Administrator' },
    ...{ settings: { workspace: 'acme' }, secrets: secretsOf(given) },
  })
  assert.ok('step' in step)
  const back = await app.consent((await authorize(ports, who, step.row.id)).url)
  await callback(ports, who, back)
  const opened = openStored(
    ports,
    await readStored(ports, await rowOf(platform.stores, organisationId, step.row.id)),
    { by: 'worker' },
  )
  const grant = await opened.credentials.store.read()
  await opened.close()
  const headers = { 'idempotency-key': canary() }
  const key = await ask('POST', '/api/v1/api-keys', { body: { name: 'k', scopes: ['audit.read'] }, headers })
  const hook = { url: 'https://hook.example/in', topics: ['export.done'] }
  const webhook = await ask('POST', '/api/v1/webhooks', {
    body: hook,
    headers: { 'idempotency-key': canary() },
  })
  const source = { organisationId, connectionId: step.row.id, appId: 'northwind-docs', stream: 'audit' }
  await platform.stores.activity.append(source, [
    activityEvent('shown', { with: { message: shown.message } }),
  ])
  Object.assign(secrets, {
    ...given,
    accessToken: grant?.accessToken?.reveal(),
    refreshToken: grant?.refreshToken?.reveal(),
    code: new URL(back).searchParams.get('code'),
    state: new URL(back).searchParams.get('state'),
    apiKey: (key.json as { key: string }).key,
    webhookSecret: (webhook.json as { secret: string }).secret,
    session: decodeURIComponent(cookie.slice(cookie.indexOf('=') + 1)),
  })
})

const wanted = () => Object.values(secrets)

test('there is something to look for: nine secrets of the platform, each long enough to be no accident', () => {
  assert.deepEqual(
    Object.entries(secrets).filter(([, text]) => typeof text !== 'string' || text.length < 12),
    [],
  )
  assert.equal(wanted().length, 9)
})

test('neither a backup nor the data directory holds a usable secret', { skip }, async () => {
  const target = join(directory, 'carried-away')
  await backup({ directory, target, log: () => undefined })
  assert.deepEqual(await filesWith(target, wanted()), [])
  assert.deepEqual(await filesWith(directory, wanted()), [])
  for (const [what, text] of Object.entries(shown))
    assert.ok(
      (await filesWith(target, [text])).length > 0,
      `control: the ${what}, which is not sealed, is there`,
    )
})

test('the memory of both engines, which a core dump and the swap would hold, has no usable secret', {
  skip: skip || (process.platform !== 'linux' && 'takes /proc'),
}, async (t) => {
  // All that runs below this process: it opens the credentials itself, and must hold them.
  const [, ...pids] = await familyOf(process.pid)
  assert.ok(pids.length > 5, `${pids.length} processes`)
  const texts = [...wanted(), ...Object.values(shown)]
  const found = new Set<string>()
  let bytes = 0
  for (const pid of pids) {
    const seen = await textsInMemory(pid, texts)
    bytes += seen.bytes
    for (const text of seen.found) found.add(text)
  }
  t.diagnostic(`${Math.round(bytes / 2 ** 20)} MiB`)
  assert.deepEqual(
    Object.entries(secrets).filter(([, text]) => found.has(text)),
    [],
  )
  assert.deepEqual(
    [...found].toSorted(),
    Object.values(shown).toSorted(),
    'control: what is not sealed is there',
  )
})

test('the half of a session that the database holds opens nothing without the secret that signs it', {
  skip,
}, async () => {
  const { databaseUrl } = (await findEngines(directory)) ?? {}
  assert.ok(databaseUrl !== undefined)
  const [name = '', value = ''] = cookie.split('=')
  const [token = ''] = decodeURIComponent(value).split('.')
  const { rows } = await platform.stores.control.pool.query('select token from identity.session')
  assert.ok(
    (rows as { token: string }[]).some((row) => row.token === token),
    'control: it is the half held',
  )
  const status = async (headers: Record<string, string>) =>
    (await api.asker(headers)('GET', '/api/v1/me')).status
  const forged = `${token}.${randomBytes(32).toString('base64')}`
  for (const half of [token, `${token}.`, forged]) {
    assert.equal(await status({ cookie: `${name}=${encodeURIComponent(half)}` }), 401)
    assert.equal(await status({ authorization: `Bearer ${half}` }), 401)
  }
  assert.equal(await status({ cookie }), 200, 'control: the whole one does')
})
