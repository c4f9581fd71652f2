import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  connectNorthwind,
  emulatedConnections,
  serveNorthwind,
  storesOfFile,
  workerOf,
} from './testing/platform.ts'
import { connectionRow, inventoryRows, readAgain, runRows, shownUids } from './testing/rows.ts'

/** Text that a database does not take must not stop a stream: G7. */

const file = storesOfFile({ before, after })
const POISON = 'a\0b\ud800c'

/** Puts poison into the first record of a page, where the test wants it. */
const poisoned = (body: string, list: string, change: (record: Record<string, unknown>) => object) => {
  const page = JSON.parse(body) as Record<string, Record<string, unknown>[]>
  const [first = {}, ...others] = page[list] ?? []
  return JSON.stringify({ ...page, [list]: [change(first), ...others] })
}

test('NUL and half a surrogate pair in names, ids and event names: accounts and events are kept, runs end', async (t) => {
  const { stores } = file
  const app = await serveNorthwind(t, { records: 60 }, async (request, answer) => {
    const told = await answer()
    const { pathname, searchParams } = request.url
    const body = String(told.body)
    if (pathname.endsWith('/users') && !searchParams.has('cursor'))
      return {
        ...told,
        body: poisoned(body, 'users', (user) => ({ ...user, id: `u${POISON}`, display_name: POISON })),
      }
    if (pathname.endsWith('/audit') && body.includes('entries'))
      return {
        ...told,
        body: poisoned(body, 'entries', (entry) => ({ ...entry, action: POISON, id: POISON })),
      }
    return told
  })
  const id = await connectNorthwind(stores, app.connector, ['users', 'audit'])
  await workerOf(t, stores, emulatedConnections(app.connector, app.url))
  const rows = await readAgain(stores, id)
  assert.deepEqual(
    rows.map(({ name, fault, is_complete }) => [name, fault, is_complete]),
    [
      ['audit', null, true],
      ['users', null, true],
    ],
  )
  const accounts = await inventoryRows(stores, id)
  assert.equal(accounts.length, rows.find(({ name }) => name === 'users')?.events_total)
  assert.ok(accounts.some(({ name }) => name === 'a\ufffdb\ufffdc'))
  const [run] = await runRows(stores, id, 'audit')
  assert.equal(run?.state, 'done')
  assert.ok((await shownUids(stores, id, 'audit')).length > 50)
})

test('a record set aside with such a key is kept, once', async (t) => {
  const { stores } = file
  const app = await serveNorthwind(t, { records: 60 }, async (request, answer) => {
    const told = await answer()
    const body = String(told.body)
    return request.url.pathname.endsWith('/audit') && body.includes('entries')
      ? { ...told, body: poisoned(body, 'entries', () => ({ id: POISON, at: POISON })) }
      : told
  })
  const id = await connectNorthwind(stores, app.connector, ['audit'])
  await workerOf(t, stores, emulatedConnections(app.connector, app.url))
  await readAgain(stores, id)
  const [row] = await readAgain(stores, id)
  assert.equal(row?.fault, null)
  const aside = await stores.control.asPlatform((tx) =>
    tx.selectFrom('quarantine').selectAll().where('connection_id', '=', id).execute(),
  )
  assert.equal(aside.length, 1)
  assert.equal((await connectionRow(stores, id)).status, 'active')
})
