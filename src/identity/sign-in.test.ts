import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openTestPlatform, PASSWORD, signUp } from './testing/platform.ts'

const platform = await openTestPlatform({ after })
const { identity } = platform

test('sign-up, confirmation, sign-in, organisation, invitation, role change, removal: seen at once', async () => {
  const ada = platform.browser()
  const signedUp = await ada.ask('POST', '/sign-up/email', {
    name: 'Ada',
    email: 'ada@a.example',
    password: PASSWORD,
  })
  assert.equal(signedUp.status, 200)
  assert.equal(
    await identity.sessionOf(ada.headers()),
    undefined,
    'no session before the address is confirmed',
  )
  assert.equal(
    (await ada.ask('POST', '/sign-in/email', { email: 'ada@a.example', password: PASSWORD })).status,
    403,
  )

  const letter = await platform.letterTo('ada@a.example')
  assert.ok(letter.link.startsWith(`${platform.publicUrl}/api/auth/verify-email?token=`), letter.link)
  await ada.open(letter.link)
  assert.equal((await identity.sessionOf(ada.headers()))?.email, 'ada@a.example')
  assert.deepEqual(await identity.principalOf(ada.headers()), { refused: 'no_organisation' })

  const made = await ada.ask('POST', '/organization/create', { name: 'Harbour', slug: 'harbour' })
  assert.equal(made.status, 200, JSON.stringify(made.body))
  const organisationId = String(made.body['id'])
  assert.deepEqual(made.body['kinds'], ['customer'])
  const principal = await identity.principalOf(ada.headers())
  assert.ok(!('refused' in principal))
  assert.equal(principal.role, 'admin')
  assert.equal(principal.organisationId, organisationId)

  const invited = await ada.ask('POST', '/organization/invite-member', {
    email: 'ben@a.example',
    role: 'viewer',
    organizationId: organisationId,
  })
  assert.equal(invited.status, 200, JSON.stringify(invited.body))
  const invitation = await platform.letterTo('ben@a.example')
  assert.equal(invitation.link, `${platform.publicUrl}/invitations/${String(invited.body['id'])}`)
  const ben = await signUp(platform, platform.browser(), { name: 'Ben', email: 'ben@a.example' })
  const joined = await ben.ask('POST', '/organization/accept-invitation', {
    invitationId: invited.body['id'],
  })
  assert.equal(joined.status, 200, JSON.stringify(joined.body))
  assert.equal((await identity.sessionOf(ben.headers()))?.role, 'viewer')

  const members = await ada.ask('GET', `/organization/list-members?organizationId=${organisationId}`)
  const memberId = (members.body['members'] as { id: string; user: { email: string } }[]).find(
    ({ user }) => user.email === 'ben@a.example',
  )?.id
  const risen = await ben.ask('POST', '/organization/update-member-role', {
    memberId,
    role: 'admin',
    organizationId: organisationId,
  })
  assert.equal(risen.status, 403, 'a viewer makes nobody an admin')
  const changed = await ada.ask('POST', '/organization/update-member-role', {
    memberId,
    role: 'analyst',
    organizationId: organisationId,
  })
  assert.equal(changed.status, 200, JSON.stringify(changed.body))
  assert.equal(
    (await identity.sessionOf(ben.headers()))?.role,
    'analyst',
    'the next request has the new role',
  )

  const removed = await ada.ask('POST', '/organization/remove-member', {
    memberIdOrEmail: 'ben@a.example',
    organizationId: organisationId,
  })
  assert.equal(removed.status, 200, JSON.stringify(removed.body))
  assert.deepEqual(await identity.principalOf(ben.headers()), { refused: 'no_organisation' })

  const trail = await identity.audit.list(organisationId)
  assert.deepEqual(trail.map(({ action }) => action).toReversed(), [
    'organisation.create',
    'invitation.create',
    'member.join',
    'member.role',
    'member.remove',
  ])
  assert.deepEqual(trail.at(-2)?.actor.name, 'Ada')
  assert.equal((await identity.audit.verify(organisationId)).isIntact, true)
})

test('a session that was ended elsewhere is over with the next request', async () => {
  const first = await signUp(platform, platform.browser(), { name: 'Cleo', email: 'cleo@a.example' })
  const second = platform.browser()
  const signIn = await second.ask('POST', '/sign-in/email', { email: 'cleo@a.example', password: PASSWORD })
  assert.equal(signIn.status, 200)
  assert.ok(await identity.sessionOf(second.headers()))
  await first.ask('POST', '/revoke-other-sessions', {})
  assert.equal(await identity.sessionOf(second.headers()), undefined)
  assert.ok(await identity.sessionOf(first.headers()))
})

test('a changed password ends every other session, though the page does not ask for it', async () => {
  const first = await signUp(platform, platform.browser(), { name: 'Dana', email: 'dana@a.example' })
  const second = platform.browser()
  await second.ask('POST', '/sign-in/email', { email: 'dana@a.example', password: PASSWORD })
  const changed = await first.ask('POST', '/change-password', {
    currentPassword: PASSWORD,
    newPassword: 'another long password',
    revokeOtherSessions: false,
  })
  assert.equal(changed.status, 200, JSON.stringify(changed.body))
  assert.equal(await identity.sessionOf(second.headers()), undefined)
  assert.ok(await identity.sessionOf(first.headers()), 'the one who changed it stays')
})

test('a reset by mail ends every session and tells the owner', async () => {
  const owner = await signUp(platform, platform.browser(), { name: 'Eve', email: 'eve@a.example' })
  const other = platform.browser()
  const asked = await other.ask('POST', '/request-password-reset', {
    email: 'eve@a.example',
    redirectTo: '/reset',
  })
  assert.equal(asked.status, 200)
  const { link } = await platform.letterTo('eve@a.example')
  const token = /reset-password\/([^?]+)/.exec(link)?.[1] ?? ''
  const { rows } = await platform.control.pool.query('select * from identity.verification')
  assert.ok(token.length >= 24 && rows.length > 0)
  assert.equal(JSON.stringify(rows).includes(token), false, 'the database holds only its hash')
  const done = await other.ask('POST', '/reset-password', { token, newPassword: 'yet another password' })
  assert.equal(done.status, 200, JSON.stringify(done.body))
  assert.equal(await identity.sessionOf(owner.headers()), undefined)
  assert.equal((await platform.letterTo('eve@a.example')).subject, 'Your password was changed')
  const again = await other.ask('POST', '/reset-password', { token, newPassword: 'one more password' })
  assert.equal(again.status, 400, 'a token works once')
})

test('nobody learns whether an address has an account', async () => {
  await signUp(platform, platform.browser(), { name: 'Flo', email: 'flo@a.example' })
  const [known, unknown] = await Promise.all(
    ['flo@a.example', 'nobody@a.example'].map((email) =>
      platform.browser().ask('POST', '/sign-up/email', { name: 'X', email, password: PASSWORD }),
    ),
  )
  assert.equal(known?.status, unknown?.status)
  assert.deepEqual(Object.keys(known?.body ?? {}), Object.keys(unknown?.body ?? {}))
  assert.equal((await platform.letterTo('flo@a.example')).subject, 'You already have an account')
})
