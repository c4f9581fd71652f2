import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { systemClock } from '../lib/clock.ts'
import { replayQuarantine } from './replay.ts'
import {
  connectNorthwind,
  emulatedConnections,
  northwindWith,
  ORGANISATION,
  serveNorthwind,
  storesOfFile,
  workerOf,
} from './testing/platform.ts'
import { readAgain, runRows, shownUids, streamRows, until } from './testing/rows.ts'

/** The app renames the field that holds the key in the middle of a run: G7, G8. */

const file = storesOfFile({ before, after })
const SECRET = 'ada.lovelace'

test('records that lost their key are sealed; the corrected connector makes events of them, once', async (t) => {
  const { stores } = file
  let pages = 0
  const app = await serveNorthwind(t, { records: 200 }, async (request, answer) => {
    const told = await answer()
    if (!request.url.pathname.endsWith('/audit') || ++pages % 3 !== 0) return told
    const page = JSON.parse(String(told.body)) as { entries: Record<string, unknown>[] }
    const entries = page.entries.map(({ id, ...entry }) => ({ ...entry, renamed: id, note: SECRET }))
    return { ...told, body: JSON.stringify({ ...page, entries }) }
  })
  const id = await connectNorthwind(stores, app.connector, ['audit'])
  await workerOf(t, stores, emulatedConnections(app.connector, app.url))
  const [row] = await until(
    () => streamRows(stores, id),
    ([audit]) => audit?.last_success_at !== null,
  )
  const before = await shownUids(stores, id, 'audit')
  const [run] = await runRows(stores, id, 'audit')
  const shownAndAside = before.length + (run?.quarantined ?? 0)
  assert.equal(shownAndAside, run?.records)
  assert.ok(shownAndAside > 190)
  // The oldest may have left the look-back since the app was opened.
  const held = app.emulator
    .rows('audit')
    .map(({ key }) => `northwind-docs:audit:${key}`)
    .slice(-shownAndAside)
  assert.equal(row?.is_complete, false)
  assert.ok((run?.quarantined ?? 0) > 20, `${run?.quarantined}`)
  const aside = await stores.control.asPlatform((tx) =>
    tx.selectFrom('quarantine').selectAll().where('connection_id', '=', id).execute(),
  )
  assert.ok(
    aside.every(({ record }) => !record.includes(SECRET)),
    'sealed',
  )

  const replay = { organisationId: ORGANISATION, connectionId: id, settings: {} }
  const ports = { ...stores, clock: systemClock }
  const same = await replayQuarantine(ports, { ...replay, connector: app.connector })
  assert.deepEqual(same, { replayed: 0, stillFailing: aside.length })
  const audit = '    page: { next: link }\n    records: response.body.entries\n    key: '
  const connector = await northwindWith([`${audit}record.id`, `${audit}default(record.id, record.renamed)`])
  assert.notEqual(connector.digest, app.connector.digest)
  const fixed = await replayQuarantine(ports, { ...replay, connector })
  assert.deepEqual(fixed, { replayed: aside.length, stillFailing: 0 })
  const again = await replayQuarantine(ports, { ...replay, connector })
  assert.deepEqual(again, { replayed: 0, stillFailing: 0 })
  const shown = await shownUids(stores, id, 'audit')
  assert.deepEqual([...shown].sort(), [...held].sort())

  // The app mends itself, and the window is read again: nothing comes twice.
  pages = Number.NEGATIVE_INFINITY
  await stores.control.asPlatform((tx) =>
    tx
      .updateTable('stream')
      .set({ backfill_from: new Date(Date.now() - 7 * 86_400_000) })
      .where('connection_id', '=', id)
      .execute(),
  )
  await readAgain(stores, id)
  const last = await shownUids(stores, id, 'audit')
  assert.equal(new Set(last).size, last.length)
  assert.ok(last.length >= held.length)
})
