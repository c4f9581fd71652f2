import assert from 'node:assert/strict'
import { test } from 'node:test'
import { check } from './check.ts'
import { CODES } from './codes.ts'
import { ACME, edited, placeOf } from './testing/acme.ts'
import { MISTAKES_OF_FORM } from './testing/mistakes-of-form.ts'
import { MISTAKES_OF_MEANING } from './testing/mistakes-of-meaning.ts'
import { TEN } from './testing/ten-mistakes.ts'

const MISTAKES = [...MISTAKES_OF_FORM, ...MISTAKES_OF_MEANING]

test('the example has no mistake', () => assert.deepEqual(check(ACME).complaints, []))

for (const { code, edits, at, file = 'connector.yaml', hint, level = 'error' } of MISTAKES) {
  test(
    `${code}: ${edits.map(({ from, to }) => `${from.trim()} → ${to.trim()}`).join('; ')}`.replaceAll(
      '\n',
      '⏎',
    ),
    () => {
      const files = edited(...edits)
      const { manifest, complaints } = check(files)
      const { line, column } = placeOf(files[file] ?? '', at)
      const found = complaints.find(
        (complaint) => complaint.code === code && complaint.line === line && complaint.file === file,
      )
      assert.ok(found, `not found at ${file}:${line}: ${JSON.stringify(complaints, null, 1)}`)
      assert.equal(found.column, column, JSON.stringify(found))
      assert.equal(found.level, level)
      assert.equal(
        manifest === undefined,
        complaints.some((complaint) => complaint.level === 'error'),
      )
      if (hint !== undefined) assert.match(found.hint ?? '', hint)
    },
  )
}

/** Codes of whole files, which parse.test.ts and check.test.ts show. */
const ELSEWHERE = [
  'YAML_SYNTAX',
  'YAML_TOO_LARGE',
  'YAML_TOO_DEEP',
  'YAML_ALIAS_REFUSED',
  'YAML_TAG_REFUSED',
  'YAML_DOCUMENT_REPEATED',
  'FILE_UNUSED',
]

test('every code has a mistake that shows it', () => {
  const shown = new Set([...MISTAKES.map(({ code }) => code), ...ELSEWHERE])
  assert.deepEqual(
    Object.keys(CODES).filter((code) => !shown.has(code)),
    [],
  )
})

test('ten mistakes are reported at once, each at its place with what was meant', () => {
  const files = edited(...TEN)
  const at = (text: string, file = 'connector.yaml') => ({ file, ...placeOf(files[file] ?? '', text) })
  const error = { level: 'error' }
  assert.deepEqual(check(files).complaints, [
    {
      code: 'FIELD_MISSING',
      ...at('app:\n'),
      path: 'app',
      message: '"app" needs "vendor"',
      hint: 'Who makes it.',
      ...error,
    },
    {
      code: 'FIELD_UNKNOWN',
      ...at('vender'),
      path: 'app.vender',
      message: 'there is no "vender" in "app"',
      hint: 'did you mean "vendor"?',
      ...error,
    },
    {
      code: 'VALUE_INVALID',
      ...at('1.0\n'),
      path: 'app.version',
      message: '"version" must be a text, not a number',
      hint: 'put it in quotes: "1.0"',
      ...error,
    },
    {
      code: 'REFERENCE_UNKNOWN',
      ...at('wrkspace'),
      path: 'connect.baseUrl',
      message: 'there is no settings.wrkspace',
      hint: 'did you mean settings.workspace?',
      ...error,
    },
    {
      code: 'VALUE_INVALID',
      ...at('basik'),
      path: 'connect.auth[0].oauth2.clientAuth',
      message: '"clientAuth" cannot be "basik"',
      hint: 'did you mean "basic"?',
      ...error,
    },
    {
      code: 'PATH_ABSENT',
      ...at('next_curser'),
      path: 'streams.users.page.from',
      message: 'no sample has response.body.next_curser',
      hint: 'the sample has "next_cursor", did you mean that?',
      ...error,
    },
    {
      code: 'EXPRESSION_FUNCTION',
      ...at('timestmp'),
      path: 'streams.users.as.lastLogin',
      message: 'unknown function "timestmp"',
      hint: 'did you mean "timestamp"?',
      ...error,
    },
    {
      code: 'VALUE_INVALID',
      ...at('2 minutes'),
      path: 'streams.audit.every',
      message: '"every" must be a duration',
      hint: 'a number with s, m, h or d, such as 15m, or {{ settings.NAME }}',
      ...error,
    },
    {
      code: 'REFERENCE_UNKNOWN',
      ...at('user, where'),
      path: 'streams.tokens.each.stream',
      message: 'there is no stream "user"',
      hint: 'did you mean "users"?',
      ...error,
    },
    {
      code: 'REFERENCE_UNKNOWN',
      ...at('restore-usr'),
      path: 'actions.suspend-user.revert',
      message: 'there is no action "restore-usr"',
      hint: 'did you mean "restore-user"?',
      ...error,
    },
    {
      code: 'ACTION_UNKNOWN',
      ...at('account.craete', 'mappings/audit.yaml'),
      path: 'streams.audit.map.events["user.invited"].action',
      message: 'there is no action "account.craete"; did you mean "account.create"?',
      ...error,
    },
  ])
})
