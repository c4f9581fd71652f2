import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { Client } from 'pg'
import { isFault } from '../../lib/fault.ts'
import { type ControlStore, openControlStore, type Tx } from './control-store.ts'

export type ContractServer = {
  readonly databaseUrl: string
  /** A superuser of the same database, for the control run; absent where the server is not ours. */
  readonly adminUrl?: string
}

const MIGRATIONS = fileURLToPath(new URL('../../../sql', import.meta.url))

/** What every PostgreSQL must do for us: run on each one that is supported. */
export function controlStoreContract(name: string, server: () => ContractServer): void {
  describe(`control store on ${name}`, () => {
    let store: ControlStore
    before(async () => {
      store = openControlStore({ url: server().databaseUrl, migrations: MIGRATIONS })
    })
    after(() => store.close())

    test('migrations are applied once, whoever asks at the same time', async () => {
      const other = openControlStore({ url: server().databaseUrl, migrations: MIGRATIONS })
      const applied = (await Promise.all([store.migrate(), other.migrate()])).flat()
      await other.close()
      const files = (await readdir(MIGRATIONS)).filter((file) => file.endsWith('.sql')).toSorted()
      assert.deepEqual(applied.toSorted(), files)
      assert.deepEqual(await store.migrate(), [])
    })

    test('every table of an organisation is behind row-level security, for its owner too', async () => {
      const { rows } = await store.asPlatform((tx) =>
        sql<{ name: string; guarded: boolean; policies: number }>`
          select c.relname as name, c.relrowsecurity and c.relforcerowsecurity as guarded,
            (select count(*)::int from pg_policy p where p.polrelid = c.oid) as policies
          from pg_class c join pg_attribute a on a.attrelid = c.oid
          where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace
            and a.attname = 'organisation_id' and not a.attisdropped`.execute(tx),
      )
      assert.ok(rows.length >= 15, `${rows.length} tables`)
      assert.deepEqual(
        rows.filter(({ guarded, policies }) => !guarded || policies === 0),
        [],
      )
    })

    test("another organisation's rows are not seen, not changed and not made", async () => {
      await store.within('org_a', (tx) => save(tx, 'q_a', 'org_a'))
      await store.within('org_b', (tx) => save(tx, 'q_b', 'org_b'))
      assert.deepEqual(await store.within('org_a', ids), ['q_a'])
      assert.deepEqual(await store.within('org_b', ids), ['q_b'])
      assert.deepEqual(await store.asPlatform(ids), ['q_a', 'q_b'])
      const changed = await store.within('org_a', (tx) =>
        tx.updateTable('saved_query').set({ name: 'taken' }).where('id', '=', 'q_b').executeTakeFirst(),
      )
      assert.equal(changed.numUpdatedRows, 0n)
      const removed = await store.within('org_a', (tx) =>
        tx.deleteFrom('saved_query').where('id', '=', 'q_b').executeTakeFirst(),
      )
      assert.equal(removed.numDeletedRows, 0n)
      await assert.rejects(
        store.within('org_a', (tx) => save(tx, 'q_c', 'org_b')),
        { code: '42501' },
      )
      await assert.rejects(
        store.within('org_a', (tx) =>
          tx.updateTable('saved_query').set({ organisation_id: 'org_b' }).where('id', '=', 'q_a').execute(),
        ),
        { code: '42501' },
      )
      assert.deepEqual(await store.asPlatform(ids), ['q_a', 'q_b'])
    })

    test('a scope ends with its transaction: the same connection sees nothing after it', async () => {
      const one = openControlStore({ url: server().databaseUrl, migrations: MIGRATIONS, maxConnections: 1 })
      await one.within('org_a', ids)
      await one.asPlatform(ids)
      const { rows } = await one.pool.query('select id from saved_query')
      await one.close()
      assert.deepEqual(rows, [])
    })

    test('control: a superuser sees every row, which is why one is refused', async (t) => {
      const { adminUrl } = server()
      if (adminUrl === undefined) return t.skip('no superuser of this server is known')
      const client = new Client({ connectionString: adminUrl })
      await client.connect()
      await client.query(`select set_config('fairlead.organisation', 'org_a', false)`)
      const { rows } = await client.query('select id from saved_query order by id')
      await client.end()
      assert.deepEqual(rows, [{ id: 'q_a' }, { id: 'q_b' }])
      const unscoped = openControlStore({ url: adminUrl, migrations: MIGRATIONS })
      await assert.rejects(unscoped.migrate(), (error) => isFault(error, 'STORE_UNSAFE'))
      await unscoped.close()
    })

    test('the audit trail is appended to and never changed', async () => {
      const entry = {
        organisation_id: 'org_a',
        number: 1,
        actor: '{}',
        action: 'test',
        target: '{}',
        previous_hash: Buffer.alloc(32),
        hash: Buffer.alloc(32, 1),
      }
      await store.within('org_a', (tx) => tx.insertInto('audit_entry').values(entry).execute())
      await assert.rejects(
        store.within('org_a', (tx) => tx.updateTable('audit_entry').set({ action: 'other' }).execute()),
        /append-only/,
      )
      await assert.rejects(
        store.within('org_a', (tx) => tx.deleteFrom('audit_entry').execute()),
        /append-only/,
      )
    })

    test('a failed transaction leaves nothing; counters come back as numbers', async () => {
      await assert.rejects(
        store.within('org_a', async (tx) => {
          await save(tx, 'q_lost', 'org_a')
          throw new Error('on purpose')
        }),
        /on purpose/,
      )
      assert.deepEqual(await store.within('org_a', ids), ['q_a'])
      const { rows } = await store.asPlatform((tx) =>
        sql<{ n: number }>`select 2::bigint ^ 40 as n, 7::int8 as m`.execute(tx),
      )
      assert.deepEqual(rows, [{ n: 2 ** 40, m: 7 }])
    })

    test('no organisation is no scope', () => {
      assert.throws(() => store.within('', ids))
    })
  })
}

const save = (tx: Tx, id: string, organisation_id: string): Promise<unknown> =>
  tx
    .insertInto('saved_query')
    .values({ id, organisation_id, name: id, query: '{}', created_by: 'usr' })
    .execute()

const ids = async (tx: Tx): Promise<string[]> =>
  (await tx.selectFrom('saved_query').select('id').orderBy('id').execute()).map(({ id }) => id)
