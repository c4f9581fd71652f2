import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attributeAt } from './attribute-at.ts'
import { formatAttributePath } from './attribute-path.ts'
import { objectByName } from './tables.ts'
import {
  activityByWord,
  activityWords,
  classByWord,
  landing,
  SHORT_ATTRIBUTES,
  shortAttributeProblem,
  shortAttributes,
} from './vocabulary.ts'
import { CLASS_WORDS, COMMON_ROOTS, FIXED, LAYOUTS } from './vocabulary-table.ts'

const CLASSES = Object.keys(CLASS_WORDS).map(Number)

const LANDINGS: readonly [classUid: number, short: string, path: string][] = [
  [3002, 'actor.email', 'actor.user.email_addr'],
  [3002, 'actor.app', 'actor.app_name'],
  [3002, 'target.email', 'user.email_addr'],
  [3002, 'source.ip', 'src_endpoint.ip'],
  [3002, 'source.userAgent', 'http_request.user_agent'],
  [3002, 'session.uid', 'session.uid'],
  [3002, 'session.mfa', 'is_mfa'],
  [6003, 'session.uid', 'actor.session.uid'],
  [6003, 'session.mfa', 'actor.session.is_mfa'],
  [3002, 'app.name', 'service.name'],
  [6002, 'app.name', 'app.name'],
  [3004, 'target.email', 'entity.user.email_addr'],
  [3004, 'resource.type', 'entity.type_id'],
  [3004, 'resource.url', 'entity.data.url'],
  [3004, 'changes.before', 'entity.data.value'],
  [3004, 'changes.after', 'entity_result.data.value'],
  [3005, 'resource.name', 'resources[0].name'],
  [3005, 'app.uid', 'resources[1].uid'],
  [3006, 'group.name', 'group.name'],
  [6001, 'resource.url', 'web_resources[0].url_string'],
  [6003, 'target.email', 'resources[3].owner.email_addr'],
  [6006, 'resource.url', 'file.url.url_string'],
  [6006, 'resource.visibility', 'share'],
  [6005, 'resource.query', 'query_info.query_string'],
  [2004, 'source.ip', 'evidences[0].src_endpoint.ip'],
  [6002, 'source.ip', 'device.ip'],
  [3001, 'resource.name', 'unmapped.resource.name'],
  [3002, 'uid', 'metadata.original_event_uid'],
  [3002, 'reason', 'status_detail'],
]
for (const [classUid, short, path] of LANDINGS) {
  test(`${short} of ${classUid} lands in ${path}`, () =>
    assert.equal(formatAttributePath(landing(classUid, short)!.path), path))
}

test('every word lands in every class, in an attribute that the class has', () => {
  for (const classUid of CLASSES)
    for (const { short, path } of shortAttributes(classUid))
      assert.notEqual(attributeAt(classUid, path).attribute, undefined, `${classUid} ${short} ${path}`)
})

test('two words of one class share a place only where the class has one thing for both', () => {
  const shared = CLASSES.flatMap((classUid) => {
    const byPath = Map.groupBy(shortAttributes(classUid), ({ path }) => path)
    return [...byPath.values()]
      .filter((words) => words.length > 1)
      .map((words) => [classUid, ...words.map(({ short }) => short)])
  })
  const groups = new Set(
    shared.map(
      ([classUid, ...words]) => `${classUid} ${words.map((word) => String(word).split('.')[0]).join('=')}`,
    ),
  )
  // The entity, the app and the service are one thing in these classes; an address is one of the device without an endpoint.
  assert.deepEqual([...groups].sort(), [
    ...['3002 app=service', '3004 resource=app', '3004 target=resource=app'],
    ...['6002 resource=app', '6002 source=device'],
  ])
})

test('every root and every special word of the table exists in its class', () => {
  for (const [classUid, { roots, words = {} }] of Object.entries(CLASS_WORDS))
    for (const path of [...Object.values(roots), ...Object.values(words)])
      assert.equal(attributeAt(Number(classUid), path).problem, undefined, `${classUid} ${path}`)
})

test('every path of a layout exists in its object, and every layout is of use', () => {
  const used = new Set(
    CLASSES.flatMap((classUid) =>
      Object.values({ ...COMMON_ROOTS, ...CLASS_WORDS[classUid]!.roots }).map(
        (root) => attributeAt(classUid, root).attribute?.object,
      ),
    ),
  )
  for (const [name, layout] of Object.entries(LAYOUTS)) {
    assert.ok(used.has(name), name)
    const names = [...objectByName(name)!.attributes.keys()]
    for (const path of Object.values(layout))
      assert.ok(names.includes(path.split('.')[0]!), `${name}.${path}`)
  }
})

test('every word with a place of its own is a word', () => {
  const special = [
    ...Object.keys(FIXED),
    ...Object.values(CLASS_WORDS).flatMap(({ words = {} }) => Object.keys(words)),
  ]
  for (const short of special) assert.ok(SHORT_ATTRIBUTES.includes(short), short)
})

test('a word that does not exist lands nowhere, and says what was meant', () => {
  for (const short of ['actor.mail', 'who', 'actor', 'time.at', '__proto__.x'])
    assert.equal(landing(3002, short), undefined)
  assert.equal(shortAttributeProblem('actor.emial'), '"actor" has no "emial"; did you mean "email"?')
  assert.equal(shortAttributeProblem('sorce.ip'), 'there is no "sorce"; did you mean "source"?')
  assert.equal(shortAttributeProblem('message.text'), '"message" is one value, not a group')
  assert.match(shortAttributeProblem('changes.zzz'), /it has before, after$/)
})

test('a class is known by its name in OCSF, and a near name is suggested', () => {
  assert.deepEqual(classByWord('authentication'), { uid: 3002 })
  assert.deepEqual(classByWord('authentcation'), {
    problem: 'OCSF has no class "authentcation"; did you mean "authentication"?',
  })
})

test('an activity is known by its caption in any spelling; any other word is Other with that name', () => {
  for (const word of ['MFA Factor Enable', 'mfa_factor_enable', 'mfaFactorEnable'])
    assert.deepEqual(activityByWord(3001, word), { id: 10, name: 'MFA Factor Enable' })
  assert.deepEqual(activityByWord(3001, 'Invite'), { id: 99, name: 'Invite' })
  assert.deepEqual(activityByWord(3001, 'other'), { id: 99, name: 'other' })
  assert.ok(activityWords(3001).includes('mfa_factor_enable'))
})
