import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { Secret } from '../../src/lib/secret.ts'
import type { Connector } from '../../src/model/connector.ts'
import type { OcsfEvent } from '../../src/model/event.ts'
import { secondOpinion } from '../../src/ocsf/second-opinion.ts'
import {
  assertFaultless,
  type Collected,
  type Connected,
  connect,
  connectorOf,
  uidOf,
  valueAt,
} from './connected.ts'
import { type Directus, installDirectus, startDirectus } from './directus.ts'
import { type Api, signIn } from './directus-api.ts'
import { ANA_IP, furnish, STATIC_TOKEN, STATUSES, type World } from './directus-world.ts'

const APP = { host: 'content.acme.com', origin: 'https://content.acme.com' }
const LISTS = ['users', 'roles', 'policies', 'flows'] as const

suite('the connector directus against Directus 12.4.0', { timeout: 600_000 }, () => {
  let connector: Connector
  let directus: Directus
  let admin: Api
  let world: World
  let asAdmin: Connected
  const collected = new Map<string, Collected>()

  before(async () => {
    connector = await connectorOf('directus')
    await installDirectus()
    directus = await startDirectus()
    admin = await signIn(directus, directus.admin)
    world = await furnish(directus, admin)
    asAdmin = connectAs('User', directus.admin)
  })
  after(async () => {
    await asAdmin?.connection.close()
    await directus?.stop()
  })

  function connectAs(auth: string, secrets: Readonly<Record<string, string>>): Connected {
    const sealed = Object.entries(secrets).map(([name, value]) => [name, new Secret(value)])
    const input = { settings: { host: APP.host }, secrets: Object.fromEntries(sealed), auth }
    return connect(connector, input, { app: APP.origin, at: directus.url })
  }

  test('the check signs in by e-mail and password and names the administrator', async () => {
    assert.deepEqual(await asAdmin.connection.check(), { ok: true, identity: directus.admin.email })
  })

  test('a wrong password makes the check fail with the credential to blame', async () => {
    const stranger = connectAs('User', { ...directus.admin, password: 'not it' })
    const { ok, fault } = await stranger.connection.check()
    await stranger.connection.close()
    assert.equal(ok, false)
    assert.match(fault?.code ?? '', /^CREDENTIAL_/)
  })

  test('every stream is read without a record set aside, valid and clean', async () => {
    for (const stream of asAdmin.connection.streams) {
      const result = await asAdmin.collect(stream)
      assertFaultless(stream, result)
      collected.set(stream, result)
    }
    assert.deepEqual([...collected.keys()], [...LISTS, 'project', 'activity'])
  })

  test('each list has as many events as Directus counts rows', async () => {
    for (const stream of LISTS)
      assert.equal(collected.get(stream)?.events.length, await admin.count(`/${stream}`), stream)
    assert.equal(collected.get('project')?.events.length, 1)
  })

  test('more than one page of users and of activities was asked for', () => {
    for (const stream of ['users', 'activity']) {
      const { events, requests } = collected.get(stream)!
      const least = Math.ceil(events.length / 100)
      assert.ok(least > 1 && requests >= least, `${stream}: ${events.length} events, ${requests} requests`)
    }
  })

  test("users carry Directus's status, and administrators by role or by policy are told apart", () => {
    const byUid = new Map(collected.get('users')?.events.map((event) => [valueAt(event, 'user.uid'), event]))
    for (const [status, word] of STATUSES) {
      const user = byUid.get(world.users[status])
      assert.deepEqual(valueAt(user, 'user.account.labels'), [`status:${word}`], status)
      assert.equal(
        valueAt(user, 'user.account.is_disabled'),
        word === 'suspended' || word === 'deleted',
        status,
      )
    }
    const admins = [...byUid.values()].filter((event) => valueAt(event, 'user.type') === 'Admin')
    assert.deepEqual(admins.map((event) => valueAt(event, 'user.email_addr')).sort(), [
      directus.admin.email,
      'auditor@example.com',
    ])
  })

  test('every activity becomes one event, by its id, with its name mapped', async () => {
    const { events, unmapped } = collected.get('activity')!
    const rows = (await admin.ask('GET', '/activity?fields=id,timestamp&limit=-1')) as { id: number }[]
    const seen = events.map((event) => valueAt(event, 'metadata.original_event_uid'))
    assert.deepEqual(seen.sort(), rows.map(({ id }) => String(id)).sort())
    assert.ok(events.length > 250, `${events.length} activities`)
    // Changes of the data model may go without a line of their own; what bears on access may not.
    assert.deepEqual(
      [...unmapped.keys()].filter((name) => !name.startsWith('fields.')),
      [],
    )
  })

  test('a sign-in says who and from where; refused ones leave nothing, as the manifest says', () => {
    const { events } = collected.get('activity')!
    const signIns = events.filter((event) => event['class_uid'] === 3002)
    const ana = signIns.filter((event) => valueAt(event, 'user.email_addr') === 'ana@example.com')
    assert.deepEqual(
      ana.map((event) => valueAt(event, 'src_endpoint.ip')),
      [ANA_IP],
    )
    assert.ok(signIns.every((event) => event['status'] === 'Success'))
  })

  test('ajv agrees that every event is valid', () => {
    const all = [...collected.values()].flatMap(({ events }) => events)
    const wrong = all.flatMap((event) => {
      const validate = secondOpinion(
        Number(event['class_uid']),
        valueAt(event, 'metadata.profiles') as string[],
      )
      return validate(event) ? [] : [{ uid: uidOf(event), errors: validate.errors }]
    })
    assert.deepEqual(wrong, [])
  })

  test('going on from the saved position gives what is new; its overlap is told by metadata.uid', async () => {
    const first = collected.get('activity')!
    await admin.ask('PATCH', `/users/${world.users['ana']}`, { status: 'suspended' })
    const again = await asAdmin.collect('activity', first.position)
    assertFaultless('activity', again)
    const known = new Set(first.events.map(uidOf))
    const fresh = again.events.filter((event) => !known.has(uidOf(event)))
    assert.deepEqual(fresh.map(summary), [
      { code: 'users.update', by: directus.admin.email, on: world.users['ana'] },
    ])
    const users = await asAdmin.collect('users')
    const ana = users.events.find((event) => valueAt(event, 'user.uid') === world.users['ana'])
    assert.equal(valueAt(ana, 'user.account.is_disabled'), true)
  })

  test('a static token reads the same as the sign-in', async () => {
    const auditor = connectAs('Static token', { key: STATIC_TOKEN })
    try {
      assert.deepEqual(await auditor.connection.check(), { ok: true, identity: 'auditor@example.com' })
      const roles = await auditor.collect('roles')
      assert.deepEqual(roles.events.map(uidOf), collected.get('roles')?.events.map(uidOf))
    } finally {
      await auditor.connection.close()
    }
  })
})

function summary(event: OcsfEvent) {
  return {
    code: valueAt(event, 'metadata.event_code'),
    by: valueAt(event, 'actor.user.email_addr'),
    on: valueAt(event, 'user.uid'),
  }
}
