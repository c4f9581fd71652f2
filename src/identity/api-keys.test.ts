import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { fakeClock } from '../lib/clock.ts'
import { newApiKey } from './api-key.ts'
import type { NewApiKey } from './api-keys.ts'
import type { Principal } from './permissions.ts'
import { openTestPlatform, signUp, TEST_SECRET } from './testing/platform.ts'

const clock = fakeClock(Date.now())
const platform = await openTestPlatform({ after }, { clock })
const { identity, control } = platform

async function founder(name: string) {
  const browser = await signUp(platform, platform.browser(), { name, email: `${name}@k.example` })
  const made = await browser.ask('POST', '/organization/create', { name, slug: name })
  assert.equal(made.status, 200)
  const maker = await identity.principalOf(browser.headers())
  assert.ok(!('refused' in maker))
  return { browser, maker }
}
const bearer = (text: string) => new Headers({ authorization: `Bearer ${text}` })
const create = (maker: Principal, key: NewApiKey) =>
  control.within(maker.organisationId, (tx) => identity.keys.create(tx, maker, key))

test('a key: made, used, seen used, limited to its scopes, revoked with the next request', async () => {
  const { maker } = await founder('ada')
  const { key, text } = await create(maker, { name: 'export', scopes: ['activity.read'] })
  const principal = await identity.principalOf(bearer(text.reveal()))
  assert.deepEqual(principal, {
    kind: 'key',
    id: key.id,
    name: 'export',
    organisationId: maker.organisationId,
    role: undefined,
    scopes: ['activity.read'],
    connectionIds: [],
    sessionId: undefined,
  })
  const list = () =>
    control.within(maker.organisationId, (tx) => identity.keys.list(tx, maker.organisationId))
  assert.equal((await list())[0]?.lastUsedAt?.getTime(), clock.now())
  assert.ok(text.reveal().startsWith((await list())[0]?.shown ?? '?'))

  const revoked = await control.within(maker.organisationId, (tx) =>
    identity.keys.revoke(tx, maker.organisationId, key.id),
  )
  assert.equal(revoked?.revokedAt?.getTime(), clock.now())
  assert.deepEqual(await identity.principalOf(bearer(text.reveal())), { refused: 'key_revoked' })
})

test('a key ends when it expires', async () => {
  const { maker } = await founder('ben')
  const expiresAt = new Date(clock.now() + 60_000)
  const { text } = await create(maker, { name: 'short', scopes: ['account.read'], expiresAt })
  assert.ok(!('refused' in (await identity.principalOf(bearer(text.reveal())))))
  await clock.sleep(60_000)
  assert.deepEqual(await identity.principalOf(bearer(text.reveal())), { refused: 'key_expired' })
})

test('a key is never given more than its maker has, nor the means to make keys', async () => {
  const { maker } = await founder('cleo')
  const limited: Principal = { ...maker, scopes: ['activity.read'] }
  for (const [who, scopes] of [
    [limited, ['activity.read', 'connection.create']],
    [maker, ['key.manage']],
    [maker, ['member.manage']],
    [maker, []],
  ] as const)
    await assert.rejects(create(who, { name: 'x', scopes }), RangeError, scopes.join())
})

test('what is not a key is refused without a question to the database; no session stands in for it', async () => {
  const { browser } = await founder('dana')
  const headers = browser.headers()
  for (const [authorization, refused] of [
    ['Bearer fl_nonsense', 'key_malformed'],
    ['Bearer', 'key_malformed'],
    ['Basic YTpi', 'key_malformed'],
    [`Bearer ${newApiKey().reveal()}`, 'key_unknown'],
  ] as const) {
    headers.set('authorization', authorization)
    assert.deepEqual(await identity.principalOf(headers), { refused })
  }
  assert.deepEqual(await identity.principalOf(new Headers()), { refused: 'nobody' })
})

test('another organisation sees, revokes and counts no key of ours', async () => {
  const [{ maker: ours }, { maker: theirs }] = [await founder('eve'), await founder('flo')]
  const { key, text } = await create(ours, { name: 'ours', scopes: ['account.read'] })
  await control.within(theirs.organisationId, async (tx) => {
    assert.deepEqual(await identity.keys.list(tx, ours.organisationId), [])
    assert.equal(await identity.keys.revoke(tx, ours.organisationId, key.id), undefined)
    assert.equal(await identity.keys.revokeMadeBy(tx, ours.organisationId, ours.id), 0)
  })
  assert.ok(!('refused' in (await identity.principalOf(bearer(text.reveal())))))
})

test('the keys of somebody who leaves end with their membership', async () => {
  const { browser: admin, maker: owner } = await founder('gus')
  const organizationId = owner.organisationId
  const invitation = { email: 'hal@k.example', role: 'admin', organizationId }
  const { body } = await admin.ask('POST', '/organization/invite-member', invitation)
  const hal = await signUp(platform, platform.browser(), { name: 'Hal', email: 'hal@k.example' })
  await hal.ask('POST', '/organization/accept-invitation', { invitationId: body['id'] })
  const maker = await identity.principalOf(hal.headers())
  assert.ok(!('refused' in maker))
  const { text } = await create(maker, { name: 'hals', scopes: ['activity.read'] })
  assert.ok(!('refused' in (await identity.principalOf(bearer(text.reveal())))))
  const removal = { memberIdOrEmail: 'hal@k.example', organizationId }
  assert.equal((await admin.ask('POST', '/organization/remove-member', removal)).status, 200)
  assert.deepEqual(await identity.principalOf(bearer(text.reveal())), { refused: 'key_revoked' })
  const [newest] = await identity.audit.list(organizationId)
  assert.deepEqual(newest?.detail, { keysRevoked: 1 })
})

test('the database holds no key, and none that another secret would accept', async () => {
  const { maker } = await founder('ida')
  const { text } = await create(maker, { name: 'canary', scopes: ['account.read'] })
  const dump = await control.asPlatform((tx) => tx.selectFrom('api_key').selectAll().execute())
  const bytes = JSON.stringify(dump) + dump.map(({ hash }) => hash.toString('latin1')).join()
  assert.equal(bytes.includes(text.reveal().slice(9)), false)
  assert.equal(bytes.includes(TEST_SECRET.reveal()), false)
})
