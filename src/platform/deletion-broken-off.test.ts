import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { openTestPlatform } from '../api/testing/test-api.ts'
import type { Principal } from '../identity/permissions.ts'
import { systemClock } from '../lib/clock.ts'
import { newId } from '../lib/id.ts'
import { ALWAYS, activityEvent } from '../store/clickhouse/testing/events.ts'
import { connectNorthwind, emulatedConnections, serveNorthwind, workerOf } from '../sync/testing/platform.ts'
import { until } from '../sync/testing/rows.ts'
import { deletionPorts, eraseDeleted, SETTLED_MS, STEPS } from './deletion.ts'
import { exportsFolder } from './options.ts'
import { organisationService } from './organisation.ts'
import type { ErasingPlace } from './testing/erasing-process.ts'
import { exportNames, rowsWith } from './testing/leftovers.ts'

const platform = await openTestPlatform({ after })
const { control, activity, vault, engines } = platform.stores
const { remove } = organisationService({ control, clock: systemClock })
const folder = exportsFolder(platform.options.directory)
const later = { now: () => Date.now() + SETTLED_MS, sleep: systemClock.sleep }
const fail = (error: unknown): never => {
  throw error
}

/** An organisation with something in every place that a deletion goes to. */
async function newOrganisation(): Promise<Principal> {
  const id = newId('org', Date.now())
  await control.asPlatform((tx) =>
    sql`insert into identity.organization (id, name, slug, "createdAt", kinds)
      values (${id}, ${`Name of ${id}`}, ${id}, now(), '["customer"]')`.execute(tx),
  )
  const connectionId = await connectNorthwind(
    { control },
    platform.catalog.get('northwind-docs'),
    ['audit'],
    id,
  )
  await activity.append({ organisationId: id, connectionId, appId: 'northwind-docs', stream: 'audit' }, [
    activityEvent(`${id}-event`),
  ])
  await vault.seal(id, { organisationId: id, subject: id, purpose: 'record' })
  await control.within(id, (tx) =>
    tx
      .insertInto('export')
      .values({
        ...{ id, organisation_id: id, query: '{}', format: 'ndjson', state: 'done', file: `${id}.ndjson` },
        ...{ created_by: 'usr', expires_at: new Date(Date.now() + 3_600_000) },
      })
      .execute(),
  )
  await writeFile(join(folder, `${id}.ndjson`), id)
  return {
    ...{ kind: 'user', id: 'usr_ada', name: 'Ada', organisationId: id, role: 'admin', scopes: [] },
    ...{ connectionIds: [], sessionId: undefined },
  }
}

const eventsOf = (organisationId: string) => activity.count(organisationId, ALWAYS)

async function assertGone({ organisationId }: Principal): Promise<void> {
  const left = await rowsWith(platform, [organisationId])
  assert.equal(left.length, 1, left.join('\n'))
  assert.match(left[0] ?? '', /^public\.audit_entry .*organisation\.delete/)
  assert.ok(!(await exportNames(platform)).includes(`${organisationId}.ndjson`))
}

test('whichever step the process is killed in, another goes on to the end', async (t) => {
  const { databaseUrl, clickhouseUrl } = engines
  const { directory, rootKeys = '', authSecret } = platform.options
  const place: ErasingPlace = {
    ...{ directory, databaseUrl, clickhouseUrl, rootKeys },
    authSecret: authSecret?.reveal() ?? '',
  }
  const other = await newOrganisation()
  const others = await rowsWith(platform, [other.organisationId])
  for (let step = 0; step <= STEPS.length; step++) {
    const owner = await newOrganisation()
    await remove(owner, `Name of ${owner.organisationId}`)
    const child = fork(new URL('testing/erasing-process.ts', import.meta.url), [JSON.stringify(place)])
    t.after(() => child.kill('SIGKILL'))
    child.on('message', (at) => at === step && child.kill('SIGKILL'))
    const [code, signal] = await once(child, 'exit')
    assert.deepEqual([code, signal], [null, 'SIGKILL'])
    await eraseDeleted({ ...deletionPorts(platform), clock: later }, fail)
    await assertGone(owner)
  }
  assert.deepEqual(await rowsWith(platform, [other.organisationId]), others)
})

test('two processes that erase the same organisation leave one line', async () => {
  const owner = await newOrganisation()
  await remove(owner, `Name of ${owner.organisationId}`)
  const ports = { ...deletionPorts(platform), clock: later }
  await Promise.all([eraseDeleted(ports, fail), eraseDeleted(ports, fail)])
  await assertGone(owner)
})

test('one that fails holds up no other, and is tried again', async () => {
  const [first, second] = [await newOrganisation(), await newOrganisation()]
  for (const owner of [first, second]) await remove(owner, `Name of ${owner.organisationId}`)
  const ports = { ...deletionPorts(platform), clock: later }
  const away = new Error('the disk is away')
  const eraseOf = (id: string) =>
    id === first.organisationId ? Promise.reject(away) : ports.exports.eraseOf(id)
  const reported: unknown[] = []
  await eraseDeleted({ ...ports, exports: { eraseOf } }, (error) => reported.push(error))
  assert.deepEqual(reported, [away])
  await assertGone(second)
  await eraseDeleted(ports, fail)
  await assertGone(first)
})

test('a worker in the middle of a run stops, and goes on with the others', async (t) => {
  const slow = () =>
    serveNorthwind(t, { records: 20_000 }, async (_, answer) => {
      await systemClock.sleep(100)
      return answer()
    })
  const [owner, other] = [await newOrganisation(), await newOrganisation()]
  const [app, otherApp] = [await slow(), await slow()]
  const connected = ({ organisationId }: Principal) =>
    connectNorthwind({ control }, app.connector, ['audit'], organisationId)
  const urls = new Map([
    [await connected(owner), app.url],
    [await connected(other), otherApp.url],
  ])
  const stores = { ...platform.stores, rootKey: '', ...engines }
  const worker = await workerOf(t, stores, emulatedConnections(app.connector, urls))
  /** How often each app is asked within two seconds. */
  const asked = async () => {
    const before = [app.asked.length, otherApp.asked.length] as const
    await systemClock.sleep(2_000)
    return [app.asked.length - before[0], otherApp.asked.length - before[1]] as const
  }
  await until(
    async () => [app.asked.length, otherApp.asked.length],
    (counts) => counts.every((count) => count > 3),
  )
  assert.ok(
    (await asked()).every((count) => count > 3),
    'control: both are read',
  )
  await remove(owner, `Name of ${owner.organisationId}`)
  await systemClock.sleep(1_500)
  const [own, others] = await asked()
  assert.equal(own, 0)
  assert.ok(others > 3)
  await eraseDeleted(deletionPorts(platform), fail)
  await systemClock.sleep(1_000)
  assert.equal(await eventsOf(owner.organisationId), 0)
  assert.deepEqual(worker.errors, [])
})
