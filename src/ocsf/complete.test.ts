import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Instant } from '../model/expression.ts'
import { completeEvent } from './complete.ts'
import { requireClass } from './tables.ts'
import { buildEvent } from './testing/build-event.ts'
import { validateEvent } from './validate.ts'
import { SHORT_ATTRIBUTES } from './vocabulary.ts'
import { CLASS_WORDS } from './vocabulary-table.ts'

const anything = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    undefined,
    '',
    ' ',
    'unknown',
    'Other',
    'admin',
    '1.2.3.4',
    'a@b.example',
    'https://x.example/',
  ),
  fc.constantFrom<unknown>(
    0,
    1,
    -1,
    99,
    1.5,
    1e300,
    1_767_225_600,
    1_767_225_600_123,
    2n ** 70n,
    true,
    Number.NaN,
  ),
  fc.constantFrom<unknown>(new Instant(1_767_225_600_123), { kind: 'span', ms: 5, nanos: 0 }),
  fc.string(),
  fc.date(),
  fc.array(fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.object())),
  fc.object(),
)
const words = fc.dictionary(fc.constantFrom(...SHORT_ATTRIBUTES), anything, { maxKeys: 12 })
/** Nothing can stand for a sender (4009), or for what an analysis found (2007, 2008). */
const CLASSES = Object.keys(CLASS_WORDS)
  .map(Number)
  .filter((uid) => ![2007, 2008, 4009].includes(uid))

test('whatever a record holds in whatever place, the event is valid', () => {
  fc.assert(
    fc.property(fc.constantFrom(...CLASSES), words, (classUid, given) => {
      const { event } = buildEvent({ class: requireClass(classUid).name, words: given })
      assert.deepEqual(
        validateEvent(event).filter(({ level }) => level === 'error'),
        [],
      )
    }),
    { seed: 20_261_123, numRuns: 1000 },
  )
})

const login = (words: Readonly<Record<string, unknown>>) =>
  buildEvent({ action: 'login', status: 'success', words }).event as Record<string, never>

test('captions, times in text, names and profiles are filled in', () => {
  const event = login({ 'actor.email': 'bob@example.com', 'actor.type': 'bot', 'session.protocol': 'oidc' })
  assert.equal(event['severity'], 'Informational')
  assert.equal(event['status'], 'Success')
  assert.equal(event['auth_protocol'], 'OpenID')
  assert.equal(event['type_name'], 'Authentication: Logon')
  assert.equal(event['time_dt'], '2026-01-01T00:00:00.123Z')
  const bob = { email_addr: 'bob@example.com', name: 'bob@example.com', type_id: 4, type: 'Service' }
  assert.deepEqual(event['actor'], { user: bob })
  assert.deepEqual(event['user'], bob)
  assert.deepEqual(event['service'], { name: 'Acme' })
})

test('the word of the app stays beside Other, and an event without a name of its own has its code', () => {
  assert.equal(buildEvent({ action: 'login.challenge', status: 'Challenge' }).event['status'], 'Challenge')
  assert.equal(buildEvent({ action: 'other' }).event['activity_name'], 'acme.event')
  assert.equal(buildEvent({ action: 'account.invite' }).event['type_name'], 'Account Change: Other')
})

test('each observable stands once, under a path that holds it, and unknowns and our own facts are none', () => {
  const event = login({
    'actor.email': 'bob@example.com',
    'source.ip': '203.0.113.9',
    'source.forwardedFor': ['2001:db8::1'],
  })
  assert.deepEqual(event['observables'], [
    { name: 'actor.user.email_addr', type_id: 5, type: 'Email Address', value: 'bob@example.com' },
    { name: 'actor.user.name', type_id: 4, type: 'User Name', value: 'bob@example.com' },
    { name: 'src_endpoint.ip', type_id: 2, type: 'IP Address', value: '203.0.113.9' },
    { name: 'http_request.x_forwarded_for[0]', type_id: 2, type: 'IP Address', value: '2001:db8::1' },
  ])
  assert.equal(login({})['observables'], undefined)
})

test('several resources share one list without a gap', () => {
  const words = { 'app.name': 'Gadgetry', 'target.email': 'bob@example.com' }
  const { resources } = buildEvent({ action: 'other', words }).event as { resources?: unknown }
  assert.deepEqual(resources, [
    { name: 'Gadgetry', type: 'OAuth App' },
    {
      owner: { email_addr: 'bob@example.com', name: 'bob@example.com' },
      type: 'User',
      name: 'bob@example.com',
    },
  ])
})

test('the state after a change is told apart from the state before, and is the same thing', () => {
  const words = { 'resource.uid': 'r-1', 'changes.before': 'private', 'changes.after': 'public' }
  const event = buildEvent({ action: 'setting.update', words }).event
  assert.deepEqual(event['entity'], { uid: 'r-1', data: { value: 'private' }, type_id: 5, type: 'Policy' })
  assert.deepEqual(event['entity_result'], {
    data: { value: 'public' },
    uid: 'r-1',
    type_id: 5,
    type: 'Policy',
  })
})

test('completing twice changes nothing', () => {
  const { event } = buildEvent({ action: 'oauth.consent', words: { 'actor.uid': 'u-1', 'app.uid': 'a-1' } })
  assert.deepEqual(completeEvent(structuredClone(event)), event)
})
