import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { fillOrganisation } from '../api/testing/fill.ts'
import { openTestPlatform, serveTestApi } from '../api/testing/test-api.ts'
import { startWork } from './work.ts'

test('a platform that starts gives the row of what is delivered to a connection made before there were such rows', async (t) => {
  const platform = await openTestPlatform({ after })
  const api = await serveTestApi({ after }, platform)
  const admin = await api.signIn('customer')
  const organisationId = await fillOrganisation(platform, admin, 'OLD')
  const { control } = platform.stores
  await control.within(organisationId, async (tx) => {
    await tx.updateTable('connection').set({ settings: '{"workspace":"acme"}' }).execute()
    // Nothing is read in this test.
    await tx.updateTable('stream').set({ is_enabled: false }).execute()
  })
  const rows = () =>
    control.within(organisationId, (tx) =>
      tx.selectFrom('stream').selectAll().where('received_since', 'is not', null).execute(),
    )
  assert.deepEqual(await rows(), [])
  const work = await startWork(platform)
  t.after(work.stop)
  for (let tries = 0; tries < 100 && (await rows()).length === 0; tries++) await setTimeout(50)
  const [row, ...more] = await rows()
  assert.deepEqual([row?.name, row?.is_enabled, row?.last_run_at, more.length], ['pushed', true, null, 0])
})
