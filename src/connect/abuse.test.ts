import assert from 'node:assert/strict'
import { after, type TestContext, test } from 'node:test'
import { acme } from '../credentials/testing/acme.ts'
import { openNetwork, openServer, type Server } from '../credentials/testing/network.ts'
import { fakeClock, systemClock } from '../lib/clock.ts'
import type { Connector } from '../model/connector.ts'
import { updateConnection } from '../store/postgres/connection-rows.ts'
import { authorize } from './authorize.ts'
import { callback } from './callback.ts'
import { change } from './change.ts'
import { draft, type NewConnection } from './draft.ts'
import { testConnection } from './lifecycle.ts'
import type { ConnectPorts, Session } from './ports.ts'
import { storedConnections } from './stored.ts'
import { openApp } from './testing/emulated.ts'
import { openWorld, portsOf, rowOf, secretsOf, sessionOf, trailOf } from './testing/world.ts'
import { followConnector } from './upgrade.ts'

const world = await openWorld({ after })
const app = await openApp({ after })
const ports = portsOf(world, { connectors: [app.connector], way: app.way })
const DOCS: NewConnection = {
  appId: 'northwind-docs',
  name: 'Docs',
  features: ['accounts', 'activity', 'posture'],
  authMethod: 'Administrator',
  settings: { workspace: 'acme' },
  secrets: secretsOf({ client_id: 'web', client_secret: 's3' }),
}

async function begun(by: ConnectPorts, session: Session, given = DOCS) {
  const step = await draft(by, session, given)
  assert.ok('step' in step, JSON.stringify(step))
  const { id } = step.row
  return { id, ...(await authorize(by, session, id)) }
}
const tokenRequests = () => app.emulator.counts().requests.get('token') ?? 0

// Abuse test 13: whoever begins a consent must finish it.

const STRANGERS: readonly (readonly [who: string, session: Session])[] = [
  ['another person of the organisation', sessionOf('o-cosf', 'victim')],
  ['the same person in another session', sessionOf('o-cosf', 'attacker', 'two')],
  ['a person of another organisation', sessionOf('o-other', 'victim')],
]
for (const [who, victim] of STRANGERS) {
  test(`a consent that ${who} finishes connects nothing, asks for no token, and is in the trail`, async () => {
    const attacker = sessionOf('o-cosf', 'attacker')
    const { id, url } = await begun(ports, attacker)
    const back = await app.consent(url)
    const asked = tokenRequests()
    await assert.rejects(callback(ports, victim, back), { code: 'CONSENT_FOREIGN' })
    // It is used up: not even the one who began it can go on with this code.
    await assert.rejects(callback(ports, attacker, back), { code: 'CONSENT_UNKNOWN' })
    assert.equal(tokenRequests(), asked)
    const row = await rowOf(world, 'o-cosf', id)
    assert.deepEqual([row.status, row.grant_sealed], ['connecting', null])
    const { actor } = victim
    assert.equal(
      (await trailOf(world, 'o-cosf')).at(-1),
      `${actor.id} connection.consent_refuse CONSENT_FOREIGN`,
    )
    // Control: the same steps in one session connect.
    const control = await begun(ports, attacker)
    assert.equal((await callback(ports, attacker, await app.consent(control.url))).step, 'done')
    assert.equal(tokenRequests(), asked + 1)
  })
}

test('a callback without state, with another, or with two begins nothing', async () => {
  const session = sessionOf('o-csrf', 'ada')
  const { url } = await begun(ports, session)
  const back = new URL(await app.consent(url))
  const state = back.searchParams.get('state') ?? ''
  const asked = tokenRequests()
  const forged = ['', 'x', `${state}x`].map((other) => {
    const copy = new URL(back)
    copy.searchParams.set('state', other)
    return copy.href
  })
  const twice = `${back.href}&state=${state}`
  const none = back.href.replace(/[?&]state=[^&]*/, '')
  for (const one of [...forged, twice, none, 'not an address'])
    await assert.rejects(callback(ports, session, one), { code: 'CONSENT_UNKNOWN' }, one)
  assert.equal(tokenRequests(), asked)
  assert.equal((await callback(ports, session, back.href)).step, 'done')
  await assert.rejects(callback(ports, session, back.href), { code: 'CONSENT_UNKNOWN' })
  assert.equal(tokenRequests(), asked + 1)
})

test('of two callbacks at once with one state, one gets through', async () => {
  const session = sessionOf('o-race', 'ada')
  const back = await app.consent((await begun(ports, session)).url)
  const asked = tokenRequests()
  const outcomes = await Promise.allSettled([1, 2, 3, 4].map(() => callback(ports, session, back)))
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1)
  assert.equal(tokenRequests(), asked + 1)
})

test('a consent of eleven minutes ago is too late; one of nine is not', async () => {
  for (const [minutes, code] of [
    [11, 'CONSENT_EXPIRED'],
    [9, undefined],
  ] as const) {
    const clock = fakeClock(systemClock.now())
    const late = portsOf(world, { connectors: [app.connector], way: app.way, clock })
    const session = sessionOf('o-late', 'ada')
    const back = await app.consent((await begun(late, session)).url)
    const asked = tokenRequests()
    await clock.sleep(minutes * 60_000)
    if (code === undefined) assert.equal((await callback(late, session, back)).step, 'done')
    else await assert.rejects(callback(late, session, back), { code })
    assert.equal(tokenRequests(), asked + (code === undefined ? 1 : 0))
  }
})

test('a code from another issuer is not presented; control: one from the right issuer is', async () => {
  const session = sessionOf('o-iss', 'ada')
  for (const [issuer, isRight] of [
    ['https://evil.example', false],
    ['https://auth.northwind.example', true],
  ] as const) {
    const back = await app.consent((await begun(ports, session)).url)
    const asked = tokenRequests()
    const claimed = `${back}&iss=${encodeURIComponent(issuer)}`
    if (isRight) assert.equal((await callback(ports, session, claimed)).step, 'done')
    else await assert.rejects(callback(ports, session, claimed), { code: 'CREDENTIAL_REFUSED' })
    assert.equal(tokenRequests(), asked + (isRight ? 1 : 0))
  }
})

test('only five consents of a connection are under way, and the newest of them counts', async () => {
  const session = sessionOf('o-flood', 'ada')
  const { id, url } = await begun(ports, session)
  let last = url
  for (let i = 0; i < 8; i++) last = (await authorize(ports, session, id)).url
  const kept = await world.control.within('o-flood', (tx) =>
    tx.selectFrom('consent').select('state_hash').execute(),
  )
  assert.equal(kept.length, 5)
  await assert.rejects(callback(ports, session, await app.consent(url)), { code: 'CONSENT_UNKNOWN' })
  assert.equal((await callback(ports, session, await app.consent(last))).step, 'done')
})

// Abuse test 12: a malicious connector's authorization server sends the browser on to an honest one.

const EVIL_AUTH = {
  name: 'Sign in',
  oauth2: {
    grant: 'authorization_code',
    authorizationUrl: 'https://auth.acme.example/authorize',
    tokenUrl: 'https://auth.acme.example/token',
    clientAuth: 'none',
  },
}

/** The invented app Acme at these servers, beside Northwind Docs. */
function network(t: TestContext, servers: Readonly<Record<string, Server>>) {
  const origins = Object.fromEntries(Object.entries(servers).map(([host, { origin }]) => [host, origin]))
  return { through: () => openNetwork(origins, (close) => t.after(close)) }
}

test('a code that an honest app gave for its own connector never reaches a malicious one', async (t) => {
  const evil = await openServer(t, () => ({ body: { access_token: 'e', token_type: 'bearer' } }))
  const malicious = acme(EVIL_AUTH)
  const evilPorts = {
    ...portsOf(world, { connectors: [malicious, app.connector] }),
    wayTo: (connector: Connector) =>
      connector === malicious ? network(t, { 'auth.acme.example': evil, 'api.acme.example': evil }) : app.way,
  }
  const session = sessionOf('o-coat', 'ada')
  const given = {
    ...DOCS,
    appId: 'acme',
    features: ['accounts'],
    authMethod: 'Sign in',
    settings: {},
    secrets: secretsOf({ client_id: 'x' }),
  }
  const honest = await begun(evilPorts, session)
  const stateOf = (url: string) => new URL(url).searchParams.get('state') ?? ''
  // What the malicious server answers the browser with: the honest consent page, for the malicious flow's state.
  const bounced = async (evilUrl: string) =>
    app.consent(honest.url.replace(stateOf(honest.url), stateOf(evilUrl)))
  const one = await begun(evilPorts, session, given)
  const back = await bounced(one.url)
  assert.ok(back.includes('/oauth/cb/northwind-docs/') && back.includes(stateOf(one.url)))
  await assert.rejects(callback(evilPorts, session, back), { code: 'CONSENT_FOREIGN' })
  assert.equal(evil.received.length, 0)
  assert.equal((await rowOf(world, 'o-coat', one.id)).status, 'connecting')
  // Control: with one address for all connectors, the malicious server gets the code.
  const two = await begun(evilPorts, session, given)
  const shared = (await bounced(two.url)).replace('/oauth/cb/northwind-docs/', '/oauth/cb/acme/')
  await callback(evilPorts, session, shared)
  assert.equal(evil.received[0]?.params['code'], new URL(shared).searchParams.get('code'))
})

// Abuse test 4: a new version of a connector, or a member, leads the credential elsewhere.

const KEYED = { name: 'Key', apiKey: { send: { headers: { 'x-key': '{{ secrets.key }}' } } } }

test('a version with other hosts waits for an administrator, and never gets the credential', async (t) => {
  const good = await openServer(t, () => ({ body: {} }))
  const evil = await openServer(t, () => ({ body: {} }))
  const way = network(t, { 'api.acme.example': good, 'evil.acme.example': evil })
  const first = acme(KEYED)
  const second = acme(KEYED, {
    hosts: ['api.acme.example', 'evil.acme.example'],
    baseUrl: 'https://evil.acme.example',
  })
  const ada = sessionOf('o-upgrade', 'ada')
  const given = {
    ...DOCS,
    appId: 'acme',
    features: ['accounts'],
    authMethod: 'Key',
    settings: {},
    secrets: secretsOf({ key: 'canary' }),
  }
  const connected = await draft(portsOf(world, { connectors: [first], way }), ada, given)
  assert.ok('step' in connected && connected.step === 'done')
  const { id } = connected.row
  const place = { organisationId: 'o-upgrade', connectionId: id }
  const both = portsOf(world, { connectors: [second, first], way })
  assert.deepEqual(await followConnector(both, ada, id), {
    state: 'waits',
    reasons: ['new host: evil.acme.example', 'no longer a host: auth.acme.example'],
  })
  assert.equal((await rowOf(world, 'o-upgrade', id)).status, 'active')
  await testConnection(both, ada, id)
  // Where the version that was agreed to is gone, the connection stops.
  const only = portsOf(world, { connectors: [second], way })
  assert.equal((await followConnector(only, ada, id)).state, 'waits')
  const stopped = await rowOf(world, 'o-upgrade', id)
  assert.deepEqual([stopped.status, stopped.fault?.code], ['needs_reauth', 'CONSENT_NEEDED'])
  await assert.rejects(
    storedConnections(only).open(place, () => undefined),
    { code: 'CONSENT_NEEDED' },
  )
  // Whoever writes the new version into the row gets nothing either: the secret is sealed for the old hosts.
  const digest = { connector_digest: second.digest }
  await world.control.within('o-upgrade', (tx) => updateConnection(tx, id, digest))
  await assert.rejects(
    storedConnections(only).open(place, () => undefined),
    { code: 'CREDENTIAL_MISSING' },
  )
  await assert.rejects(testConnection(only, ada, id), { code: 'CREDENTIAL_MISSING' })
  assert.deepEqual(evil.received, [])
  // An administrator who agrees gives the secret anew. Control: then, and only then, it goes there.
  const agreed = await change(only, ada, { id, wanted: { isUpgrade: true } })
  assert.ok('step' in agreed && agreed.step === 'secrets')
  assert.deepEqual(evil.received, [])
  await change(only, ada, { id, wanted: { secrets: secretsOf({ key: 'another' }) } })
  assert.deepEqual(new Set(evil.received.map(({ headers }) => headers['x-key'])), new Set(['another']))
})

test('a version that asks for nothing new is followed without anybody', async (t) => {
  const good = await openServer(t, () => ({ body: {} }))
  const way = network(t, { 'api.acme.example': good })
  const first = acme(KEYED)
  const second = acme(KEYED, { limits: { concurrency: 2 } })
  assert.notEqual(first.digest, second.digest)
  const ada = sessionOf('o-follow', 'ada')
  const given = {
    ...DOCS,
    appId: 'acme',
    features: ['accounts'],
    authMethod: 'Key',
    settings: {},
    secrets: secretsOf({ key: 'k' }),
  }
  const connected = await draft(portsOf(world, { connectors: [first], way }), ada, given)
  assert.ok('step' in connected)
  const { id } = connected.row
  const place = { organisationId: 'o-follow', connectionId: id }
  // Where the old version is gone, whoever opens the connection follows first.
  const only = portsOf(world, { connectors: [second], way })
  const opened = await Promise.all([1, 2, 3].map(() => storedConnections(only).open(place, () => undefined)))
  for (const { connector, connection } of opened) {
    assert.equal(connector.digest, second.digest)
    await connection.close()
  }
  assert.equal((await testConnection(only, ada, id)).step, 'done')
  assert.deepEqual(await followConnector(only, ada, id), { state: 'current' })
  const upgrades = (await trailOf(world, 'o-follow')).filter((line) => line.endsWith('connection.upgrade'))
  assert.deepEqual(upgrades, ['platform connection.upgrade'])
})

test('another token address, another way to send the credential and more scopes are each seen', async (t) => {
  const server = await openServer(t, () => ({ body: {} }))
  const way = network(t, { 'api.acme.example': server })
  const auth = (oauth2: object) => ({
    oauth2: { ...EVIL_AUTH.oauth2, scopes: { accounts: ['read'] }, ...oauth2 },
  })
  const first = acme(auth({}))
  const ada = sessionOf('o-reasons', 'ada')
  const given = {
    ...DOCS,
    appId: 'acme',
    features: ['accounts'],
    authMethod: 'oauth2',
    settings: {},
    secrets: secretsOf({ client_id: 'x' }),
  }
  const { id } = await begun(portsOf(world, { connectors: [first], way }), ada, given)
  const cases: readonly (readonly [object, readonly RegExp[]])[] = [
    [
      { tokenUrl: 'https://api.acme.example/token' },
      [/^new credential endpoint/, /^no longer/, /^another way/],
    ],
    [{ send: { query: { token: '{{ token }}' } } }, [/^another way to sign in/]],
    [{ scopes: { accounts: ['read', 'write'] } }, [/^new scope: write$/]],
    [{ scopes: { accounts: ['read'], respond: ['write'] } }, []],
  ]
  for (const [oauth2, expected] of cases) {
    const newer = portsOf(world, { connectors: [acme(auth(oauth2)), first], way })
    const following = await followConnector(newer, ada, id)
    const reasons = following.state === 'waits' ? following.reasons : []
    assert.equal(reasons.length, expected.length, reasons.join())
    for (const [i, pattern] of expected.entries()) assert.match(reasons[i] ?? '', pattern)
  }
})
