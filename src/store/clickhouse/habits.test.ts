import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { fakeClock } from '../../lib/clock.ts'
import type { ActivityEvent } from '../../model/activity.ts'
import { HABIT_DAYS, type Habit, verdictOf } from '../../model/habit.ts'
import { withEngines } from '../engines/testing.ts'
import { openActivityStore } from './activity-store.ts'
import { activityEvent, START_MS, sourceOf } from './testing/events.ts'

const url = (await withEngines({ after }, { only: 'activity' })).clickhouseUrl
const store = openActivityStore({ url, clock: fakeClock(START_MS) })
await store.prepare()
after(() => store.close())

const DAY_MS = 86_400_000

type By = { readonly email?: string; readonly uid?: string; readonly name?: string }
type Made = { readonly daysBefore?: number; readonly ip?: string; readonly agent?: string; readonly by?: By }
const ADA: By = { email: 'ada@acme.example', uid: 'u1', name: 'Ada' }

let made = 0
/** A sign-in from somewhere. */
function signIn({ daysBefore = 0, ip = '192.0.2.1', agent = 'Firefox', by = ADA }: Made = {}): ActivityEvent {
  const { email, uid, name } = by
  const user = {
    ...(email !== undefined && { email_addr: email }),
    ...(uid !== undefined && { uid }),
    ...(name !== undefined && { name }),
  }
  return activityEvent(`e${++made}`, {
    timeMs: START_MS - daysBefore * DAY_MS,
    with: {
      ...{ actor: { user }, user, http_request: { user_agent: agent } },
      src_endpoint: { ip, location: { country: 'NL' }, autonomous_system: { number: 64_500 } },
    },
  })
}
/** So many, one a day backwards, beginning with the day before. */
const daily = (count: number, rest: Made = {}) =>
  Array.from({ length: count }, (_, i) => signIn({ daysBefore: 0.5 + (i % 25) + 0.001 * i, ...rest }))

async function habitsOf(organisation: string, event: ActivityEvent, connections?: readonly string[]) {
  const ask = { connectionId: 'con-1', uid: event.uid, ...(connections === undefined ? {} : { connections }) }
  const found = await store.habits(organisation, ask)
  assert.ok(found !== undefined)
  return { ...found, of: (field: Habit['field']) => found.habits.find((habit) => habit.field === field) }
}

test('a value is counted among the events of its actor in the 30 days before, and no others', async () => {
  const source = sourceOf('org-count', 'con-1')
  const event = signIn({ ip: '198.51.100.7' })
  await store.append(source, [
    event,
    ...daily(48),
    signIn({ daysBefore: 3.5, ip: '198.51.100.7' }),
    signIn({ daysBefore: 20, ip: '198.51.100.7' }),
    // Not of the 30 days before: too old, at the same moment, and after.
    signIn({ daysBefore: HABIT_DAYS + 0.01, ip: '198.51.100.7' }),
    signIn({ ip: '198.51.100.7' }),
    signIn({ daysBefore: -1, ip: '198.51.100.7' }),
    // Somebody else's.
    ...daily(30, { ip: '198.51.100.7', by: { email: 'eve@acme.example', uid: 'u2', name: 'Eve' } }),
  ])
  await store.append(sourceOf('org-elsewhere', 'con-1'), daily(10, { ip: '198.51.100.7' }))
  const { actor, fromMs, toMs, of } = await habitsOf('org-count', event)
  assert.deepEqual([actor, toMs, toMs - fromMs], ['ada@acme.example', START_MS, HABIT_DAYS * DAY_MS])
  assert.deepEqual(of('ip'), {
    ...{ field: 'ip', value: '198.51.100.7', count: 2, of: 50, days: 25 },
    ...{ firstMs: START_MS - 20 * DAY_MS, lastMs: START_MS - 3.5 * DAY_MS },
  })
  for (const field of ['country', 'asn', 'userAgent', 'action', 'app'] as const) {
    const habit = of(field)
    assert.deepEqual([field, habit?.count, habit?.of], [field, 50, 50])
  }
  assert.equal(of('resourceType'), undefined)
})

test('what the actor never had is uncommon, with no first and no last time; of little history nothing is said', async () => {
  const event = signIn({ ip: '203.0.113.9' })
  await store.append(sourceOf('org-never', 'con-1'), [event, ...daily(30)])
  const ip = (await habitsOf('org-never', event)).of('ip')
  assert.deepEqual(ip, { field: 'ip', value: '203.0.113.9', count: 0, of: 30, days: 25 })
  assert.equal(ip && verdictOf(ip), 'uncommon')

  const lonely = signIn({ ip: '203.0.113.9' })
  await store.append(sourceOf('org-new', 'con-1'), [lonely, ...daily(29)])
  const first = (await habitsOf('org-new', lonely)).of('ip')
  assert.equal(first && verdictOf(first), 'unknown')
})

test('an address is one person in every connection; a name or an id is one in its own', async () => {
  const nameless: By = { uid: 'u1' }
  const [mailed, byId] = [signIn(), signIn({ by: nameless })]
  await store.append(sourceOf('org-apps', 'con-1'), [
    mailed,
    byId,
    ...daily(3),
    ...daily(2, { by: nameless }),
  ])
  const elsewhere = { email: 'ADA@acme.example', uid: 'other', name: 'A' }
  await store.append(sourceOf('org-apps', 'con-2'), [
    ...daily(4, { by: elsewhere }),
    ...daily(5, { by: nameless }),
  ])
  assert.equal((await habitsOf('org-apps', mailed)).of('ip')?.of, 7)
  // Ada's events of con-1 have the id, too; those of con-2 are of another app's u1.
  assert.equal((await habitsOf('org-apps', byId)).of('ip')?.of, 5)
})

test('connections out of reach do not count', async () => {
  const event = signIn()
  await store.append(sourceOf('org-reach', 'con-1'), [event, ...daily(3)])
  await store.append(sourceOf('org-reach', 'con-2'), daily(4))
  assert.equal((await habitsOf('org-reach', event)).of('ip')?.of, 7)
  assert.equal((await habitsOf('org-reach', event, ['con-1'])).of('ip')?.of, 3)
  assert.equal((await habitsOf('org-reach', event, [])).of('ip')?.of, 0)
})

test('an event that names nobody has no habits, one that is not there is not there, a huge value is left out', async () => {
  const [nobody, odd] = [signIn({ by: {} }), signIn({ agent: 'x'.repeat(5000), ip: `' or 1=1 --` })]
  await store.append(sourceOf('org-odd', 'con-1'), [nobody, odd, ...daily(3)])
  assert.deepEqual((await habitsOf('org-odd', nobody)).habits, [])
  const { of } = await habitsOf('org-odd', odd)
  assert.equal(of('userAgent'), undefined)
  assert.deepEqual([of('ip')?.count, of('ip')?.of], [0, 3])
  for (const [organisation, connectionId] of [
    ['org-other', 'con-1'],
    ['org-odd', 'con-2'],
  ] as const)
    assert.equal(await store.habits(organisation, { connectionId, uid: odd.uid }), undefined)
})
