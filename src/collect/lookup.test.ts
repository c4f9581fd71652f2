import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openApp } from './testing/app.ts'
import { connectorOf } from './testing/connector.ts'
import { read } from './testing/reading.ts'

const CONNECTOR = connectorOf({
  without_mfa: { kind: 'list', request: { get: '/without-mfa' }, key: 'record.id', on: { 403: 'unknown' } },
  users: {
    kind: 'accounts',
    request: { get: '/users' },
    lookup: { bare: { stream: 'without_mfa', key: 'record.id' } },
    key: "record.id + (record.id in default(lookup.bare, {'?': 0}) ? ' bare' : has(lookup.bare) ? ' covered' : ' unknown')",
  },
})
const users = [{ id: 'u1' }, { id: 'u2' }]

test('a table that was read says who is in it and who is not', async (t) => {
  const app = await openApp(t, ({ path }) => ({ body: path === '/users' ? users : [{ id: 'u1' }] }))
  const { keys } = await read(CONNECTOR, app, { stream: 'users' })
  assert.deepEqual(keys, ['u1 bare', 'u2 covered'])
})

test('a table that the app would not show is missing: nobody is taken to be absent from it', async (t) => {
  const app = await openApp(t, ({ path }) =>
    path === '/users' ? { body: users } : { status: 403, body: {} },
  )
  const { keys, notices } = await read(CONNECTOR, app, { stream: 'users' })
  assert.deepEqual(keys, ['u1 unknown', 'u2 unknown'])
  assert.ok(notices.some(({ kind }) => kind === 'unknown'))
})
