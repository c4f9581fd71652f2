import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { fairlead } from './testing/command.ts'

/** A record that becomes no event is not lost: it comes out among the events, raw, with the reason, and is counted. */

const APP = 'connectors/northwind-docs'
const GOOD = {
  ...{ id: 'u_1', email: 'ada.brandt@acme.example', display_name: 'Ada Brandt', role: 'owner', state: 'on' },
  ...{
    two_factor: true,
    login: 'sso',
    department: 'Finance',
    created_at: '2026-03-14T19:42:03.000Z',
    last_seen: null,
  },
}

test('records that cannot be mapped come out of a run as Translation Errors, and the rest as events', async (t) => {
  const broken = { id: null, email: 'nobody' }
  const server = createServer(async (request, response) => {
    await text(request)
    response.setHeader('content-type', 'application/json')
    const page = { users: [GOOD, broken, 'no object'] }
    response.end(JSON.stringify(page))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  t.after(() => server.close())
  const { port } = server.address() as { port: number }
  const words = [
    'run',
    APP,
    '--at',
    `http://127.0.0.1:${port}`,
    '--set',
    'workspace=acme',
    '--auth',
    'API key',
  ]
  const env = { FAIRLEAD_SECRET_KEY: 'a key of the test' }
  const { stdout, stderr } = await fairlead([...words, '--stream', 'users'], { env })
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  assert.deepEqual(
    events.map((event) => event['type_uid']),
    [500302, 600802, 600802],
  )
  assert.deepEqual(
    events.slice(1).map((event) => event['raw_data']),
    [JSON.stringify(broken), '"no object"'],
  )
  assert.match(stderr, /^users +done +1 +1 +\d+ +0 +2 /m)
})
