import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ACTIONS, actionByVerb, actionLabel, actionOf, actionProblem } from './actions.ts'
import { startEvent } from './start-event.ts'
import { ORIGIN } from './testing/build-event.ts'
import { RESOURCE_TYPES } from './words.ts'

test('verbs are nouns with verbs, each once, each with a sentence', () => {
  assert.equal(new Set(ACTIONS.map(({ verb }) => verb)).size, ACTIONS.length)
  for (const { verb, title, about } of ACTIONS) {
    assert.match(verb, /^[a-z_]+(\.[a-z_]+){0,2}$/)
    assert.match(title, /^[A-Z]/)
    assert.match(about, /^[A-Z].*\.$/)
  }
})

test('what an action is done to is spelled as resources are', () => {
  for (const { verb, resourceType } of ACTIONS)
    if (resourceType !== undefined)
      assert.ok(RESOURCE_TYPES.includes(resourceType), `${verb}: ${resourceType}`)
})

test('an action knows its class and activity', () => {
  const { classUid, activityId, activityName, isAdmin } = actionByVerb('account.invite')!
  assert.deepEqual([classUid, activityId, activityName, isAdmin], [3001, 99, 'Invite', true])
  assert.equal(actionByVerb('login')?.activityId, 1)
  assert.equal(actionByVerb('toString'), undefined)
})

test('a verb that does not exist gets a near one, else those of its noun, else the page', () => {
  assert.equal(
    actionProblem('acount.create'),
    'there is no action "acount.create"; did you mean "account.create"?',
  )
  assert.equal(
    actionProblem('webhook.destroyed'),
    'there is no action "webhook.destroyed"; there is webhook.create, webhook.update, webhook.delete',
  )
  assert.equal(actionProblem('zzzzzzzz'), 'there is no action "zzzzzzzz"; docs/actions.md lists them')
})

test('the verb is in the event as a label, and is found again among others', () => {
  const head = { classUid: 3001, activity: { id: 1, name: 'Create' }, uid: 'e', timeMs: 0 }
  const event = startEvent(ORIGIN, { ...head, action: 'account.create' })
  assert.deepEqual((event['metadata'] as { labels: unknown }).labels, [actionLabel('account.create')])
  assert.equal(actionOf(event), 'account.create')
  assert.equal(actionOf({ metadata: { labels: ['x', 7, 'action:login'] } }), 'login')
  for (const other of [
    {},
    { metadata: null },
    { metadata: { labels: 'action:login' } },
    startEvent(ORIGIN, head),
  ])
    assert.equal(actionOf(other), undefined)
})
