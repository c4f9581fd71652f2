import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { fakeClock } from '../lib/clock.ts'
import { Secret } from '../lib/secret.ts'
import { withEngines } from '../store/engines/testing.ts'
import { openControlStore } from '../store/postgres/control-store.ts'
import { type AuditRecord, openAuditTrail } from './audit-trail.ts'

const { databaseUrl } = await withEngines({ after }, { only: 'postgres' })
const control = openControlStore({ url: databaseUrl, migrations: 'sql' })
after(control.close)
await control.migrate()
const clock = fakeClock(1_800_000_000_000)
const trail = openAuditTrail(control, clock)

const entry = (organisationId: string, n = 0): AuditRecord => ({
  organisationId,
  actor: { kind: 'user', id: 'usr_1', name: 'Ada' },
  action: 'connection.change',
  target: { kind: 'connection', id: `con_${n}`, name: 'Tickets' },
  detail: { from: { name: 'a' }, to: { name: 'b\0\uD800' }, count: n, list: [1.5, null, true] },
})
const write = (organisationId: string, n = 0) =>
  control.within(organisationId, (tx) => trail.record(tx, entry(organisationId, n)))

test('writers at once make one chain without a gap, each organisation its own', async () => {
  await Promise.all(Array.from({ length: 60 }, (_, n) => write(n % 2 === 0 ? 'o1' : 'o2', n)))
  for (const organisation of ['o1', 'o2']) {
    const verified = await trail.verify(organisation)
    assert.ok(verified.isIntact)
    assert.equal(verified.head.number, 30)
    assert.deepEqual(verified.head, await trail.head(organisation))
  }
  const page = await trail.list('o1', { limit: 10 })
  assert.deepEqual(
    page.map(({ number }) => number),
    [30, 29, 28, 27, 26, 25, 24, 23, 22, 21],
  )
  const next = await trail.list('o1', { limit: 2, before: 21 })
  assert.deepEqual(
    next.map(({ number }) => number),
    [20, 19],
  )
})

test('a change that is not kept leaves no entry and no gap', async () => {
  await write('o3')
  await assert.rejects(
    control.within('o3', async (tx) => {
      await trail.record(tx, entry('o3'))
      throw new Error('the change failed')
    }),
    /the change failed/,
  )
  assert.equal((await write('o3')).number, 2)
  assert.equal((await trail.verify('o3')).isIntact, true)
})

test('nobody changes or deletes an entry in passing: the table refuses', async () => {
  await write('o4')
  for (const statement of [
    sql`update audit_entry set action = 'x' where organisation_id = 'o4'`,
    sql`delete from audit_entry where organisation_id = 'o4'`,
  ])
    await assert.rejects(
      control.within('o4', (tx) => statement.execute(tx)),
      /append-only/,
    )
})

test('another organisation neither reads nor writes here', async () => {
  await write('o5')
  assert.deepEqual(await control.within('o6', (tx) => tx.selectFrom('audit_entry').selectAll().execute()), [])
  await assert.rejects(
    control.within('o6', (tx) => trail.record(tx, entry('o5'))),
    /row-level security/,
  )
})

/** Somebody with the database in hand, past the trigger. */
const tamper = (statement: ReturnType<typeof sql>) =>
  control.asPlatform(async (tx) => {
    await sql`select set_config('fairlead.erasing', 'on', true)`.execute(tx)
    await statement.execute(tx)
  })
const TAMPERINGS: [
  what: string,
  statement: (id: string) => ReturnType<typeof sql>,
  number: number,
  problem: string,
][] = [
  [
    'an altered detail',
    (id) => sql`update audit_entry set detail = '{"count": 99}' where organisation_id = ${id} and number = 4`,
    4,
    'altered',
  ],
  [
    'a moved time',
    (id) =>
      sql`update audit_entry set at = at - interval '1 ms' where organisation_id = ${id} and number = 2`,
    2,
    'altered',
  ],
  [
    'a deleted entry',
    (id) => sql`delete from audit_entry where organisation_id = ${id} and number = 3`,
    3,
    'missing',
  ],
  [
    'the first one deleted',
    (id) => sql`delete from audit_entry where organisation_id = ${id} and number = 1`,
    1,
    'missing',
  ],
  [
    'the newest deleted',
    (id) => sql`delete from audit_entry where organisation_id = ${id} and number >= 5`,
    5,
    'missing',
  ],
]
for (const [i, [what, statement, number, problem]] of TAMPERINGS.entries()) {
  test(`verification names ${what}; untouched it finds nothing`, async () => {
    const id = `t${i}`
    for (let n = 0; n < 6; n++) await write(id, n)
    assert.equal((await trail.verify(id)).isIntact, true, 'control: nothing was touched')
    await tamper(statement(id))
    assert.deepEqual(await trail.verify(id), { isIntact: false, number, problem })
  })
}

test('a trail cut off together with its head is found by a head exported before', async () => {
  for (let n = 0; n < 4; n++) await write('cut', n)
  const exported = await trail.head('cut')
  const before = await trail.list('cut', { limit: 2 })
  await tamper(sql`delete from audit_entry where organisation_id = 'cut' and number > 2`)
  const { hash } = (await trail.list('cut', { limit: 1 }))[0]!
  await tamper(sql`update audit_head set number = 2, hash = ${hash} where organisation_id = 'cut'`)
  assert.equal((await trail.verify('cut')).isIntact, true, 'the database alone cannot know')
  assert.deepEqual(await trail.verify('cut', exported), { isIntact: false, number: 3, problem: 'missing' })
  for (const { number } of before.toReversed()) await write('cut', number)
  assert.deepEqual(await trail.verify('cut', exported), { isIntact: false, number: 4, problem: 'altered' })
})

test('a secret has no way into a trail: its type is refused, and what slips through is masked', async () => {
  const secret = new Secret('CANARY-5f2c')
  // @ts-expect-error a Secret is no plain value
  const detail: AuditRecord['detail'] = { token: secret }
  await control.within('s1', (tx) => trail.record(tx, { ...entry('s1'), ...(detail && { detail }) }))
  const rows = await control.within('s1', (tx) => tx.selectFrom('audit_entry').selectAll().execute())
  assert.equal(JSON.stringify(rows).includes('CANARY'), false)
})
