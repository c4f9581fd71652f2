import assert from 'node:assert/strict'
import { suite, type TestContext, test } from 'node:test'
import { createEmulator } from 'emulate'
import { exampleSettings } from '../../src/emulator/options.ts'
import { isFault } from '../../src/lib/fault.ts'
import { Secret } from '../../src/lib/secret.ts'
import { type Act, openAct } from './act.ts'
import { assertFaultless, type Connected, connect, connectorOf, valueAt } from './connected.ts'
import { freePort } from './free-port.ts'

const TOKEN = 'made-up-token-of-the-owner'
/** More than two pages of 100. */
const PEOPLE = 230
const OWNERS = 3
const DONE = { accepted: true, verified: true }

type Live = Connected & { readonly act: Act }
type Service = {
  readonly name: 'github' | 'okta'
  /** Whose token it is. */
  readonly login: string
  readonly seed: object
  readonly settings: object
}

/** A connector against its emulated app; both are closed after the test. */
async function open(context: TestContext, { name, login, seed, settings: own }: Service): Promise<Live> {
  const connector = await connectorOf(name)
  const tokens = { [TOKEN]: { login, scopes: ['repo', 'admin:org'] } }
  const port = await freePort()
  const emulator = await createEmulator({ service: name, port, seed: { tokens, [name]: seed } })
  context.after(() => emulator.close())
  const settings = { ...exampleSettings(connector), ...own }
  const auth = connector.connect.auth.find(({ apiKey }) => apiKey !== undefined)?.name ?? 'apiKey'
  const input = { settings, secrets: { key: new Secret(TOKEN) }, auth }
  const app = new URL(String(connector.connect.baseUrl.evaluate({ settings }))).origin
  const connected = connect(connector, input, { app, at: `http://127.0.0.1:${port}` })
  context.after(() => connected.connection.close())
  return { ...connected, act: openAct(connected.connection) }
}

const people = Array.from({ length: PEOPLE }, (_, index) => `person${index}`)

suite('the connector github against emulate', () => {
  const openGithub = (context: TestContext) =>
    open(context, {
      name: 'github',
      login: 'person0',
      settings: { organization: 'acme', auditLog: 'none' },
      seed: {
        users: people.map((login) => ({ login, email: `${login}@example.com` })),
        orgs: [
          {
            login: 'acme',
            name: 'Acme',
            members: people.map((login, index) => ({ login, role: index < OWNERS ? 'admin' : 'member' })),
          },
        ],
        repos: [{ owner: 'acme', name: 'site' }],
      },
    })

  test('the check finds the organization', async (context) => {
    const { connection } = await openGithub(context)
    assert.partialDeepStrictEqual(await connection.check(), { ok: true, identity: 'acme' })
  })

  test('every member is read once over several pages, owners told apart', async (context) => {
    const { collect } = await openGithub(context)
    const members = await collect('members')
    assertFaultless('members', members)
    assert.deepEqual(members.events.map((event) => valueAt(event, 'user.name')).sort(), [...people].sort())
    // Owners on one page, the others on three; the look-up table of second factors comes on top.
    assert.ok(members.requests >= 4, `${members.requests} requests`)
    const owners = members.events.filter((event) => valueAt(event, 'user.type') === 'Admin')
    assert.deepEqual(owners.map((event) => valueAt(event, 'user.name')).sort(), people.slice(0, OWNERS))
    for (const event of members.events)
      assert.deepEqual(valueAt(event, 'user.account.labels'), ['status:active'])
    // The emulator ignores the filter and lists everybody as without a second factor.
    assert.ok(members.events.every((event) => valueAt(event, 'user.has_mfa') === false))
  })

  test('streams of teams and of the organization become valid events', async (context) => {
    const { collect } = await openGithub(context)
    const counts = { teams: 1, teamMembers: PEOPLE, organization: 1, owners: 1, webhooks: 0 }
    for (const [stream, count] of Object.entries(counts)) {
      const result = await collect(stream)
      assertFaultless(stream, result)
      assert.equal(result.events.length, count, stream)
    }
  })

  test('what the app does not have is a fault of that stream, or unknown where the manifest says so', async (context) => {
    const { collect } = await openGithub(context)
    await assert.rejects(collect('repositories'), (error) => isFault(error, 'SOURCE_REFUSED'))
    assert.equal((await collect('actionsPermissions')).events.length, 0)
  })

  test('ownership taken away and given back is seen by the next reading', async (context) => {
    const { collect, act } = await openGithub(context)
    const owners = async () =>
      (await collect('members')).events
        .filter((event) => valueAt(event, 'user.type') === 'Admin')
        .map((event) => valueAt(event, 'user.name'))
        .sort()
    assert.deepEqual(await act('take-ownership', { name: 'person2' }), DONE)
    assert.deepEqual(await owners(), ['person0', 'person1'])
    assert.deepEqual(await act('give-ownership', { name: 'person2' }), DONE)
    assert.deepEqual(await owners(), ['person0', 'person1', 'person2'])
  })

  test('settings are changed by their actions, and one that did not take effect is not verified', async (context) => {
    const { act } = await openGithub(context)
    const setting = { id: 'acme' }
    assert.deepEqual(await act('set-base-permission', setting, { permission: 'write' }), DONE)
    assert.deepEqual(await act('set-base-permission-read', setting), DONE)
    assert.deepEqual(await act('make-repository-private', { name: 'acme/site' }), DONE)
    // The emulator has no way to block a user.
    assert.deepEqual(await act('block-user', { name: 'person5' }), { accepted: false, verified: false })
  })
})

suite('the connector okta against emulate', () => {
  const STATUSES = [
    ['ACTIVE', false],
    ['SUSPENDED', true],
    ['DEPROVISIONED', true],
  ] as const
  const users = people.map((login, index) => ({
    okta_id: `00u${String(index).padStart(17, '0')}`,
    login: `${login}@acme.example`,
    email: `${login}@acme.example`,
    first_name: 'Person',
    last_name: String(index),
    status: STATUSES[index % STATUSES.length]![0],
  }))
  const groups = ['Everyone', 'Engineering', 'Finance'].map((name) => ({
    name,
    description: `All of ${name}`,
  }))
  const openOkta = (context: TestContext) =>
    open(context, { name: 'okta', login: users[0]!.login, settings: {}, seed: { users, groups } })

  test('every user is read once over several pages, with e-mail address and status', async (context) => {
    // The emulator has no GET /api/v1/org, which is what proves a connection.
    const { collect } = await openOkta(context)
    const result = await collect('users')
    assertFaultless('users', result)
    assert.ok(result.requests >= 3, `${result.requests} requests`)
    // The emulator has a user of its own from the start.
    assert.equal(result.events.length, PEOPLE + 1)
    const seen = new Map(result.events.map((event) => [valueAt(event, 'user.uid'), event]))
    for (const [index, { okta_id, email }] of users.entries()) {
      const user = seen.get(okta_id)
      assert.equal(valueAt(user, 'user.email_addr'), email)
      assert.equal(valueAt(user, 'user.account.is_disabled'), STATUSES[index % STATUSES.length]![1], email)
    }
  })

  test('every group is read', async (context) => {
    const { collect } = await openOkta(context)
    const result = await collect('groups')
    assertFaultless('groups', result)
    const names = result.events.map((event) => valueAt(event, 'resources.0.name'))
    assert.deepEqual(names.sort(), groups.map(({ name }) => name).sort())
  })

  test('suspending a user and restoring it are seen by the next reading', async (context) => {
    const { collect, act } = await openOkta(context)
    const [{ okta_id: uid, login: name }] = users as [(typeof users)[number]]
    const isDisabled = async () => {
      const { events } = await collect('users')
      return valueAt(
        events.find((event) => valueAt(event, 'user.uid') === uid),
        'user.account.is_disabled',
      )
    }
    assert.equal(await isDisabled(), false)
    assert.deepEqual(await act('account.suspend', { uid, name }), DONE)
    assert.equal(await isDisabled(), true)
    assert.deepEqual(await act('account.restore', { uid, name }), DONE)
    assert.equal(await isDisabled(), false)
  })
})
