import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isFault } from '../lib/fault.ts'
import { type MappingRow, rowPlan } from './row-plan.ts'
import { programOf } from './testing/program.ts'

const place = (row: MappingRow, common?: MappingRow): readonly string[] =>
  rowPlan(row, common).entries.map(({ name, given }) => `${name} = ${sourceOf(given)}`)

const sourceOf = (given: ReturnType<typeof rowPlan>['entries'][number]['given']): unknown =>
  given.kind === 'program'
    ? given.program.source
    : given.kind === 'constant'
      ? given.value
      : given.template.source

test('the action decides class and activity', () => {
  const { classUid, activity, action } = rowPlan({ action: 'login' })
  assert.deepEqual(
    { classUid, activity, action },
    { classUid: 3002, activity: { id: 1, name: 'Logon' }, action: 'login' },
  )
})

test('a row may choose another class and activity for its action', () => {
  const plan = rowPlan({ action: 'share.external', class: 'web_resources_activity' })
  assert.deepEqual([plan.classUid, plan.activity], [6001, { id: 8, name: 'Share' }])
  assert.deepEqual(rowPlan({ action: 'login', activity: 'preauth' }).activity, { id: 6, name: 'Preauth' })
})

test('an activity that the class lacks is Other with its name', () => {
  assert.deepEqual(rowPlan({ class: 'account_change', activity: 'Invite' }).activity, {
    id: 99,
    name: 'Invite',
  })
})

test('a row that names neither is an API call of the action other', () => {
  const { classUid, action } = rowPlan({})
  assert.deepEqual([classUid, action], [6003, 'other'])
})

test('common is merged under the row, word by word, and set wins over groups', () => {
  const common: MappingRow = {
    action: 'login',
    actor: { uid: programOf('record.a'), name: programOf('record.b') },
    set: { 'src_endpoint.ip': programOf('record.c') },
  }
  const row: MappingRow = {
    actor: { name: programOf('record.d') },
    set: { 'actor.user.uid': programOf('record.e') },
  }
  assert.deepEqual(place(row, common), [
    'actor.user.uid = record.e',
    'actor.user.name = record.d',
    'src_endpoint.ip = record.c',
  ])
})

test('a short word of the row wins over set in common', () => {
  const common: MappingRow = { set: { 'actor.user.name': programOf('record.a') } }
  assert.deepEqual(place({ actor: { name: programOf('record.b') } }, common), ['actor.user.name = record.b'])
})

const WRONG: readonly [what: string, row: MappingRow][] = [
  ['an action that does not exist', { action: 'login.now' }],
  ['a class that does not exist', { class: 'authn' }],
  ['a short word that does not exist', { action: 'login', actor: { mail: programOf('record.a') } }],
  ['an attribute that the class lacks', { action: 'login', set: { 'user.mail': programOf('record.a') } }],
  ['an attribute that follows from others', { action: 'login', set: { class_uid: programOf('record.a') } }],
]
for (const [what, row] of WRONG)
  test(`${what} is refused when the stream is opened`, () => {
    assert.throws(
      () => rowPlan(row),
      (error) => isFault(error, 'MANIFEST_INVALID'),
    )
  })
