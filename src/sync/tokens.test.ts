import assert from 'node:assert/strict'
import { after, before, type TestContext, test } from 'node:test'
import { authorize } from '../connect/authorize.ts'
import { callback } from '../connect/callback.ts'
import { draft } from '../connect/draft.ts'
import { storedConnections } from '../connect/stored.ts'
import { openApp } from '../connect/testing/emulated.ts'
import { portsOf as connectPortsOf, secretsOf, sessionOf } from '../connect/testing/world.ts'
import type { Answer, OutgoingRequest } from '../model/transport.ts'
import { updateConnection } from '../store/postgres/connection-rows.ts'
import { storesOfFile, workerOf } from './testing/platform.ts'
import { connectionRow, setStreams, streamRows, until } from './testing/rows.ts'

/** Tokens that expire, are exchanged by another worker, or are taken back, while streams are read: abuse test 22, G6. */

const file = storesOfFile({ before, after })
const LIFETIME_MS = 3_000
const ORGANISATION = 'org_tokens'

type Told = Pick<Answer, 'status'> & { readonly body: object }

/** Connected by a real consent; `says` answers in the app's place where it wants to. */
async function consented(t: TestContext) {
  const { stores } = file
  const asked: string[] = []
  const app = await openApp(t, {
    records: 40,
    tokenLifetimeMs: LIFETIME_MS,
    secrets: { client_id: 'web', client_secret: 's3' },
  })
  const over: { says: (request: OutgoingRequest) => Told | undefined } = { says: () => undefined }
  const ports = connectPortsOf(
    { ...stores, engines: undefined as never },
    {
      connectors: [app.connector],
      way: {
        ...app.way,
        through: (transport) => {
          const send = app.way.through?.(transport) ?? transport
          return async (request, options) => {
            asked.push(new URL(request.url).pathname)
            const told = over.says(request)
            if (told === undefined) return send(request, options)
            const body = Buffer.from(JSON.stringify(told.body))
            return { ...told, body, headers: { 'content-type': 'application/json' }, url: request.url }
          }
        },
      },
    },
  )
  const who = sessionOf(ORGANISATION, 'ada')
  const step = await draft(ports, who, {
    appId: app.connector.app.id,
    name: 'Docs',
    features: ['accounts', 'activity'],
    authMethod: 'Administrator',
    settings: { workspace: 'acme', downloads: false },
    secrets: secretsOf({ client_id: 'web', client_secret: 's3' }),
  })
  assert.ok('step' in step, JSON.stringify(step))
  const { id } = step.row
  const { url } = await authorize(ports, who, id)
  await callback(ports, who, await app.consent(url))
  await setStreams(stores, id, { is_enabled: false })
  await setStreams(stores, id, { is_enabled: true, every_ms: 1_000 }, 'audit')
  await setStreams(stores, id, { is_enabled: true, every_ms: 1_000 }, 'users')
  // A worker of the next test would read it too, with its own way to the app.
  t.after(async () => {
    await stores.control.asPlatform((tx) => updateConnection(tx, id, { status: 'paused' }))
  })
  const rows = async () => (await streamRows(stores, id, ORGANISATION)).filter(({ is_enabled }) => is_enabled)
  return { stores, id, asked, over, rows, connections: storedConnections(ports) }
}

test('tokens expire under two workers: each expiry is exchanged once, and no run fails', async (t) => {
  const { stores, id, asked, rows, connections } = await consented(t)
  const startMs = Date.now()
  await workerOf(t, stores, connections, { name: `a-${id}` })
  await workerOf(t, stores, connections, { name: `b-${id}` })
  await until(rows, (all) => all.every(({ generation, fault }) => generation >= 6 || fault !== null), 60_000)
  const seconds = (Date.now() - startMs) / 1000
  const faults = (await rows()).map(({ fault }) => fault)
  assert.deepEqual(faults, [null, null])
  assert.equal((await connectionRow(stores, id)).status, 'active')
  const workers = await stores.control.asPlatform((tx) =>
    tx.selectFrom('run').select('worker').distinct().where('connection_id', '=', id).execute(),
  )
  assert.ok(workers.length >= 1)
  const exchanges = asked.filter((path) => path === '/token').length - 1
  assert.ok(exchanges >= 2, `${exchanges} exchanges`)
  // A token is renewed a little before its end, so this leaves no room for two of one expiry.
  assert.ok(
    exchanges <= (1.5 * seconds * 1000) / (LIFETIME_MS * 0.8) + 1,
    `${exchanges} exchanges in ${seconds} s`,
  )
})

test('a grant that is taken back stops the connection at once, is told with who must act, and nobody asks again', async (t) => {
  const { stores, id, asked, over, rows, connections } = await consented(t)
  const turns: string[] = []
  over.says = ({ url }) =>
    url.endsWith('/token')
      ? { status: 400, body: { error: 'invalid_grant' } }
      : { status: 401, body: { error: { code: 'token_revoked' } } }
  asked.length = 0
  await workerOf(t, stores, connections, {
    name: `worker-${id}`,
    ports: {
      turned: async ({ stream }, turn) => {
        turns.push(`${stream} ${turn.to}`)
      },
    },
  })
  const connection = await until(
    () => connectionRow(stores, id),
    ({ status }) => status !== 'active',
  )
  assert.equal(connection.status, 'needs_reauth')
  assert.deepEqual([connection.fault?.code, connection.fault?.blame], ['CREDENTIAL_REVOKED', 'operator'])
  await until(rows, (all) => all.every(({ lease_until }) => lease_until === null))
  const count = asked.length
  assert.ok(asked.filter((path) => path === '/token').length <= 1, asked.join(' '))
  assert.ok(turns.length >= 1)
  // Streams are due, and five sweeps pass.
  await setStreams(stores, id, { next_run_at: new Date(0) })
  await new Promise((wake) => setTimeout(wake, 5_000))
  assert.equal(asked.length, count, 'nobody asks again')
})

test('a token the app no longer accepts before its end is exchanged once, and the run goes on', async (t) => {
  const { stores, id, asked, over, rows, connections } = await consented(t)
  let refused = 0
  over.says = ({ url }) =>
    url.includes('/users') && refused++ === 0
      ? { status: 401, body: { error: { code: 'expired' } } }
      : undefined
  asked.length = 0
  await setStreams(stores, id, { is_enabled: false }, 'audit')
  await setStreams(stores, id, { every_ms: 3_600_000 }, 'users')
  await workerOf(t, stores, connections, { name: `worker-${id}` })
  const [users] = await until(rows, (all) => all.every(({ last_success_at }) => last_success_at !== null))
  assert.equal(users?.fault, null)
  assert.equal(refused >= 2, true)
  assert.ok(asked.filter((path) => path === '/token').length <= 2)
})
