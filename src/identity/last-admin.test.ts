import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { Client } from 'pg'
import { openTestPlatform, signUp, type TestPlatform } from './testing/platform.ts'

const platform = await openTestPlatform({ after })
let count = 0

/** A new organisation with two admins. */
async function twoAdmins({ browser, letterTo, identity }: TestPlatform) {
  count++
  const people = [`ada${count}@one.example`, `ben${count}@one.example`].map((email) => ({
    name: email,
    email,
  }))
  const [ada, ben] = [browser(), browser()]
  await signUp(platform, ada, people[0]!)
  await signUp(platform, ben, people[1]!)
  const made = await ada.ask('POST', '/organization/create', { name: 'One', slug: `one-${count}` })
  const organizationId = String(made.body['id'])
  await ada.ask('POST', '/organization/invite-member', {
    ...{ organizationId, email: people[1]!.email, role: 'admin' },
  })
  const { link } = await letterTo(people[1]!.email)
  await ben.ask('POST', '/organization/accept-invitation', { invitationId: link.split('/').at(-1) })
  const members = await identity.people.membersOf(organizationId)
  assert.deepEqual(
    members.map(({ role }) => role),
    ['admin', 'admin'],
  )
  return { ada, ben, organizationId, memberIds: members.map(({ id }) => id) }
}

test('the last admin cannot leave, be removed or get another role', async () => {
  const { ada, ben, organizationId, memberIds } = await twoAdmins(platform)
  const left = await ben.ask('POST', '/organization/leave', { organizationId })
  assert.equal(left.status, 200)
  const last = { organizationId, memberId: memberIds[0] }
  for (const [path, body] of [
    ['leave', { organizationId }],
    ['remove-member', { organizationId, memberIdOrEmail: memberIds[0] }],
    ['update-member-role', { ...last, role: 'viewer' }],
  ] as const) {
    const { status, body: answer } = await ada.ask('POST', `/organization/${path}`, body)
    assert.equal(status, 400, path)
    assert.match(String(answer['code']), /^YOU_CANNOT_LEAVE_THE_ORGANIZATION_/, path)
  }
  const members = await platform.identity.people.membersOf(organizationId)
  assert.deepEqual(
    members.map(({ role }) => role),
    ['admin'],
  )
})

/** Two transactions that each take one of two admins away; the library has told both of them that the other is left. */
async function takeBoth(memberIds: readonly string[]): Promise<readonly string[]> {
  const clients = memberIds.map(() => new Client({ connectionString: platform.databaseUrl }))
  try {
    for (const client of clients) await client.connect().then(() => client.query('begin'))
    const [first, second] = clients as [Client, Client]
    await first.query("update identity.member set role = 'viewer' where id = $1", [memberIds[0]])
    const other = second
      .query('delete from identity.member where id = $1', [memberIds[1]])
      .then(() => second.query('commit'))
      .then(
        () => 'done',
        (error: Error) => error.message,
      )
    await first.query('commit')
    return ['done', await other]
  } finally {
    for (const client of clients) await client.end()
  }
}

test('of two admins who are taken away at once, one stays', async () => {
  const { memberIds } = await twoAdmins(platform)
  assert.deepEqual(await takeBoth(memberIds), ['done', 'an organisation keeps an admin'])
})

test('control: without the trigger nobody is left to administer it', async () => {
  const { memberIds, organizationId } = await twoAdmins(platform)
  await platform.control.pool.query('alter table identity.member disable trigger keep_an_admin')
  assert.deepEqual(await takeBoth(memberIds), ['done', 'done'])
  const members = await platform.identity.people.membersOf(organizationId)
  assert.ok(!members.some(({ role }) => role === 'admin'))
})
