import assert from 'node:assert/strict'
import { after, before, type TestContext, test } from 'node:test'
import { jsonAnswer, type Outgoing, refusal } from '../emulator/wire.ts'
import {
  type Between,
  connectNorthwind,
  emulatedConnections,
  northwindWith,
  serveNorthwind,
  storesOfFile,
  workerOf,
} from './testing/platform.ts'
import { inventoryRows, readAgain, runRows } from './testing/rows.ts'

/** Who is marked as deleted: only what a provably complete run did not see. */

const file = storesOfFile({ before, after })

type Body = { readonly [list: string]: readonly Record<string, unknown>[] }

/** The records of a page, changed. */
const mapped = async (
  answer: () => Promise<Outgoing>,
  list: string,
  change: (records: readonly Record<string, unknown>[]) => readonly unknown[],
): Promise<Outgoing> => {
  const told = await answer()
  const body = JSON.parse(String(told.body)) as Body
  return { ...told, body: JSON.stringify({ ...body, [list]: change(body[list] ?? []) }) }
}

/** An app read once; then `between` stands before it. */
async function readOnce(t: TestContext, stream: string) {
  const { stores } = file
  const now: { between: Between } = { between: (_, answer) => answer() }
  const app = await serveNorthwind(
    t,
    { records: (name) => (name === 'users' ? 50 : undefined) },
    (request, answer) => now.between(request, answer),
  )
  const connector = await northwindWith(['attempts: 6', 'attempts: 2'])
  const id = await connectNorthwind(stores, connector, [stream])
  const { stop } = await workerOf(t, stores, emulatedConnections(connector, app.url), {
    name: `worker-${id}`,
  })
  await readAgain(stores, id)
  const all = await inventoryRows(stores, id, stream)
  assert.ok(all.length > 3, `${all.length} items`)
  const read = async (between: Between) => {
    now.between = between
    const [row] = await readAgain(stores, id)
    const rows = await inventoryRows(stores, id, stream)
    return { row, gone: rows.filter(({ deleted_at }) => deleted_at !== null).map(({ key }) => key) }
  }
  return { stores, id, all, read, stop }
}

const isUsers = ({ url }: Parameters<Between>[0]) => url.pathname.endsWith('/users')
const without =
  (keys: readonly unknown[]): Between =>
  (request, answer) =>
    isUsers(request)
      ? mapped(answer, 'users', (users) => users.filter(({ id }) => !keys.includes(id)))
      : answer()

test('a complete run marks exactly those who are gone; one who returns is there again', async (t) => {
  const { all, read } = await readOnce(t, 'users')
  const left = [all[3]?.key, all[41]?.key]
  const { row, gone } = await read(without(left))
  assert.equal(row?.is_complete, true)
  assert.deepEqual(gone, left)
  assert.deepEqual((await read(without([left[0]]))).gone, [left[0]])
  assert.deepEqual((await read(without([]))).gone, [])
})

const INCOMPLETE: readonly (readonly [what: string, between: Between, state: string])[] = [
  [
    'an answer without anybody',
    (request, answer) => (isUsers(request) ? mapped(answer, 'users', () => []) : answer()),
    'done',
  ],
  [
    'a record that cannot be read',
    (request, answer) =>
      isUsers(request)
        ? mapped(answer, 'users', ([first, ...others]) => [
            { ...first, id: undefined, was: first?.['id'] },
            ...others.slice(5),
          ])
        : answer(),
    'done',
  ],
  [
    'an error in the middle',
    async (request, answer) =>
      request.url.searchParams.has('cursor') ? refusal(400, 'no', 'No.') : answer(),
    'failed',
  ],
  [
    'a page that is cut short',
    async (request, answer) =>
      request.url.searchParams.has('cursor') ? { ...(await answer()), body: '{"users":[' } : answer(),
    'failed',
  ],
]
for (const [what, between, state] of INCOMPLETE)
  test(`after ${what} nobody is marked as deleted`, async (t) => {
    const { stores, id, read } = await readOnce(t, 'users')
    const { gone } = await read(between)
    assert.deepEqual(gone, [])
    assert.equal((await runRows(stores, id, 'users')).at(-1)?.state, state)
    // Control: the next complete run is believed.
    const [first] = await inventoryRows(stores, id)
    assert.deepEqual((await read(without([first?.key]))).gone, [first?.key])
  })

test('after a run that was interrupted nobody is marked as deleted', async (t) => {
  const { stores, id, read, stop } = await readOnce(t, 'users')
  let stopped: Promise<void> | undefined
  const { gone } = await read((request, answer) => {
    if (request.url.searchParams.has('cursor')) stopped ??= stop()
    return answer()
  })
  await stopped
  assert.deepEqual(gone, [])
  assert.equal((await runRows(stores, id, 'users')).at(-1)?.state, 'interrupted')
})

test('a child that may not be read leaves its items where they are; one that is gone takes them along', async (t) => {
  const { all, read } = await readOnce(t, 'space_policies')
  const space = all[0]?.key ?? ''
  const isOfSpace = ({ url }: Parameters<Between>[0]) => url.pathname.endsWith(`/spaces/${space}/sharing`)
  const answering =
    (status: number): Between =>
    async (request, answer) => {
      const told = isOfSpace(request) ? jsonAnswer(status, {}) : await answer()
      // The app itself hides one space.
      return told.status === 403 && !isOfSpace(request) ? jsonAnswer(404, {}) : told
    }
  const hidden = await read(answering(403))
  assert.deepEqual(hidden.gone, [])
  assert.equal(hidden.row?.is_complete, false)
  assert.deepEqual((await read(answering(404))).gone, [space])
})
