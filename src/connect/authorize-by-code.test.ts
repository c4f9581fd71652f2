import assert from 'node:assert/strict'
import { after, type TestContext, test } from 'node:test'
import { AUTH } from '../credentials/testing/acme.ts'
import { consentAt } from '../credentials/testing/authorization-server.ts'
import { openServer, type Reply } from '../credentials/testing/network.ts'
import { systemClock } from '../lib/clock.ts'
import { askByCode, authorizeByCode } from './authorize-by-code.ts'
import { disconnect } from './lifecycle.ts'
import { connecting } from './testing/provider.ts'
import { openWorld, portsOf, rowOf, sessionOf, trailOf, vaultOver } from './testing/world.ts'

const world = await openWorld({ after })
const TURN_MS = 6000

/** A code that ada was shown, at a real authorization server. */
async function shownTo(
  t: TestContext,
  organisation: string,
  wanted: Partial<Parameters<typeof connecting>[3]> = {},
) {
  const ada = sessionOf(organisation, 'ada')
  const waiting = await connecting(t, world, ada, { grant: 'device_code', ...wanted })
  const code = await authorizeByCode(waiting.ports, ada, waiting.id)
  const ask = (later = TURN_MS) => {
    waiting.offset.ms += later
    return askByCode(waiting.ports, ada, waiting.id)
  }
  return { ...waiting, ada, code, ask, organisation }
}

const lastOf = async (organisation: string) => (await trailOf(world, organisation)).at(-1)

test('a person who types a code on another device connects', async (t) => {
  const { server, ask, code, id, organisation } = await shownTo(t, 'o-code')
  assert.match(code.userCode, /^[A-Z]{4}-[A-Z]{4}$/)
  assert.equal(code.verificationUri, `${AUTH}/device`)
  const [kept] = await world.control.within(organisation, (tx) =>
    tx.selectFrom('consent').selectAll().execute(),
  )
  assert.ok(!kept?.sealed.includes(code.userCode))
  const before = await ask()
  assert.ok(before.step === 'waiting')
  assert.deepEqual(before.code, code)
  await consentAt(code.verificationUriComplete ?? '', server)
  const done = await ask()
  assert.equal(done.step, 'done')
  const row = await rowOf(world, organisation, id)
  assert.deepEqual([row.status, row.identity], ['active', 'ada@acme.example'])
  assert.equal(await lastOf(organisation), 'ada connection.connect')
  await assert.rejects(ask(), { code: 'CONSENT_UNKNOWN' })
})

test('the app is asked once an interval, whoever asks us and how often', async (t) => {
  const { server, ask } = await shownTo(t, 'o-turns')
  assert.equal((await ask(0)).step, 'waiting')
  assert.equal(server.exchanges.length, 0)
  const steps = await Promise.all([ask(), ask(0), ask(0), ask(0)])
  assert.deepEqual([...new Set(steps.map(({ step }) => step))], ['waiting'])
  assert.equal(server.exchanges.length, 1)
})

test('a restart in between strands nobody: another process goes on with the code', async (t) => {
  const { server, ada, code, id, connector, way, clock, offset } = await shownTo(t, 'o-restart')
  await consentAt(code.verificationUriComplete ?? '', server)
  offset.ms += TURN_MS
  const vault = await vaultOver(world.control, systemClock)
  const other = portsOf({ ...world, vault }, { connectors: [connector], way, clock })
  assert.equal((await askByCode(other, ada, id)).step, 'done')
})

test('a process that died while it asked holds nobody up for long', async (t) => {
  const { server, code, ask, organisation } = await shownTo(t, 'o-died')
  await consentAt(code.verificationUriComplete ?? '', server)
  const inTwoMinutes = new Date(systemClock.now() + 90_000)
  await world.control.within(organisation, (tx) =>
    tx.updateTable('consent').set({ next_ask_at: inTwoMinutes }).execute(),
  )
  assert.equal((await ask()).step, 'waiting')
  assert.equal((await ask(90_000)).step, 'done')
})

test('a person who says no hears so, and nothing was connected', async (t) => {
  const { server, code, ask, id, organisation } = await shownTo(t, 'o-no')
  await consentAt(code.verificationUriComplete ?? '', server, 'deny')
  const left = await ask()
  assert.ok(left.step === 'failed' && left.fault.code === 'CONSENT_REFUSED', JSON.stringify(left))
  const row = await rowOf(world, organisation, id)
  assert.deepEqual([row.status, row.grant_sealed, row.fault], ['connecting', null, null])
  assert.equal(await lastOf(organisation), 'ada connection.consent_refuse CONSENT_REFUSED')
  await assert.rejects(ask(), { code: 'CONSENT_UNKNOWN' })
})

test('a code that ran out by our clock is not asked about, and a new one connects', async (t) => {
  const { server, ports, ada, ask, id } = await shownTo(t, 'o-late')
  const left = await ask(601_000)
  assert.ok(left.step === 'failed' && left.fault.code === 'CONSENT_EXPIRED')
  assert.equal(server.exchanges.length, 0)
  const again = await authorizeByCode(ports, ada, id)
  await consentAt(again.verificationUriComplete ?? '', server)
  assert.equal((await ask()).step, 'done')
})

test('a code that ran out by the word of the app is over', async (t) => {
  const { ask, organisation } = await shownTo(t, 'o-over', { codeLives: 1 })
  await world.control.within(organisation, (tx) =>
    tx
      .updateTable('consent')
      .set({ expires_at: new Date(systemClock.now() + 3_600_000) })
      .execute(),
  )
  await systemClock.sleep(2100)
  const left = await ask()
  assert.ok(left.step === 'failed' && left.fault.code === 'CONSENT_EXPIRED', JSON.stringify(left))
  assert.match(left.fault.message, /expired_token|invalid_grant/)
})

test('slow_down and an app that does not answer make the interval longer; then it connects', async (t) => {
  const no = (error: string): Reply => ({ status: 400, body: { error } })
  const answers = [
    no('slow_down'),
    { status: 503 },
    no('authorization_pending'),
    { body: { access_token: 'a', token_type: 'bearer', scope: 'users:read' } },
  ]
  const start = { device_code: 'd', user_code: 'ABCD', verification_uri: `${AUTH}/device`, interval: 2 }
  const authority = await openServer(t, ({ path }) =>
    path === '/device/auth' ? { body: start } : (answers.shift() ?? no('invalid_grant')),
  )
  const { ask, code } = await shownTo(t, 'o-slow', { authority: authority.origin })
  assert.equal(code.intervalMs, 2000)
  const intervals = []
  for (const later of [2000, 7000, 12_000]) {
    const step = await ask(later)
    assert.ok(step.step === 'waiting')
    intervals.push(step.code.intervalMs)
    // A second before its time nothing is asked.
    assert.equal((await ask(step.code.intervalMs - 1000)).step, 'waiting')
    await ask(1000 - step.code.intervalMs)
  }
  assert.deepEqual(intervals, [7000, 12_000, 12_000])
  assert.equal((await ask(12_000)).step, 'done')
  assert.equal(authority.received.length, 1 + 4)
})

const STRANGERS = [
  ['another person of the organisation', sessionOf('o-mine', 'eve'), 'CONSENT_FOREIGN'],
  ['the same person in another session', sessionOf('o-mine', 'ada', 'two'), 'CONSENT_FOREIGN'],
  ['a person of another organisation', sessionOf('o-other', 'ada'), 'NOT_FOUND'],
] as const
for (const [who, stranger, refusal] of STRANGERS) {
  test(`a code that was shown to somebody else is not finished by ${who}`, async (t) => {
    const { server, code, ports, ask, offset, id } = await shownTo(t, 'o-mine')
    await consentAt(code.verificationUriComplete ?? '', server)
    offset.ms += TURN_MS
    await assert.rejects(askByCode(ports, stranger, id), { code: refusal })
    assert.deepEqual(server.exchanges, [])
    assert.equal((await rowOf(world, 'o-mine', id)).grant_sealed, null)
    // Control: for the session that began, the same question connects.
    assert.equal((await ask(0)).step, 'done')
  })
}

test('each session has its own code, and a newer one takes the place of the older', async (t) => {
  const { ports, ada, code, ask, id, organisation } = await shownTo(t, 'o-two')
  const eve = sessionOf(organisation, 'eve')
  const hers = await authorizeByCode(ports, eve, id)
  const newer = await authorizeByCode(ports, ada, id)
  assert.equal(new Set([code.userCode, hers.userCode, newer.userCode]).size, 3)
  const mine = await ask(0)
  assert.ok(mine.step === 'waiting' && mine.code.userCode === newer.userCode)
  const other = await askByCode(ports, eve, id)
  assert.ok(other.step === 'waiting' && other.code.userCode === hers.userCode)
})

test('of a connection that was disconnected meanwhile nothing comes', async (t) => {
  const { server, ports, ada, code, ask, id, organisation } = await shownTo(t, 'o-gone')
  await consentAt(code.verificationUriComplete ?? '', server)
  await disconnect(ports, ada, id)
  await assert.rejects(ask(), { code: 'CONSENT_UNKNOWN' })
  assert.equal((await rowOf(world, organisation, id)).status, 'disconnected')
  await assert.rejects(authorizeByCode(ports, ada, id), { code: 'CONNECTION_UNFIT' })
})
