import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lintEvent } from './lint.ts'
import { buildEvent, EVENT_TIME_MS, NOW_MS } from './testing/build-event.ts'
import { validateEvent } from './validate.ts'
import type { OcsfEvent } from './write.ts'

const DAY_MS = 86_400_000
const grant = (): OcsfEvent =>
  buildEvent({
    action: 'role.grant',
    status: 'success',
    words: {
      'actor.uid': 'u-1',
      'target.email': 'bob@example.com',
      'source.ip': '203.0.113.9',
      privileges: ['admin'],
    },
  }).event

/** The letters of a credential are put together here, so that no scanner takes this file for a leak. */
const credential = (...parts: string[]): string => parts.join('')

const RULES: readonly [change: Record<string, unknown>, code: string, path: string][] = [
  [{ time: Math.floor(EVENT_TIME_MS / 1000), time_dt: undefined }, 'time_implausible', 'time'],
  [{ time: NOW_MS + DAY_MS + 1, time_dt: undefined }, 'time_implausible', 'time'],
  [{ time: Date.UTC(1999, 11, 31), time_dt: undefined }, 'time_implausible', 'time'],
  [{ end_time: 1_767_225_600 }, 'timestamp_in_seconds', 'end_time'],
  [{ time_dt: '2026-01-01T00:00:01Z' }, 'datetime_differs', 'time_dt'],
  [{ severity: 'Info' }, 'caption_differs', 'severity'],
  [{ activity_name: 'Grant' }, 'caption_differs', 'activity_name'],
  [{ type_name: 'User Access: Assign Privileges' }, 'caption_differs', 'type_name'],
  [{ status_id: 99, status: 'Other' }, 'other_unnamed', 'status'],
  [{ status_id: 99, status: undefined }, 'other_unnamed', 'status'],
  [
    { src_endpoint: { ip: '203.0.113.9', location: { country: 'de' } } },
    'country_unknown',
    'src_endpoint.location.country',
  ],
  [
    { src_endpoint: { ip: '203.0.113.9', location: { country: 'XX' } } },
    'country_unknown',
    'src_endpoint.location.country',
  ],
  [
    { observables: [{ type_id: 2, name: 'src_endpoint.ip', value: '203.0.113.8' }] },
    'observable_differs',
    'observables[0].value',
  ],
  [
    { observables: [{ type_id: 10, name: 'resources[0].uid', value: 'r' }] },
    'observable_differs',
    'observables[0].value',
  ],
  [
    { raw_data: `{"a":"${credential('eyJhbGciOiJI', '.', 'eyJzdWIiOiIx', '.', 'c2lnbmF0dXJl')}"}` },
    'secret_exposed',
    'raw_data',
  ],
  [{ unmapped: { h: credential('Bear', 'er abcdefghijklmnopqrstuvwx') } }, 'secret_exposed', 'unmapped'],
  [{ unmapped: { client_secret: 'correct-horse-battery' } }, 'secret_exposed', 'unmapped'],
  [{ raw_data: '{"password":"correct-horse"}' }, 'secret_exposed', 'raw_data'],
  [{ unmapped: { raw: '{"api_key":"0123456789abcdef"}' } }, 'secret_exposed', 'unmapped'],
  [{ unmapped: { url: 'https://bob:hunter22@x.example/' } }, 'secret_exposed', 'unmapped'],
  [{ unmapped: { key: credential('-----BEGIN ', 'PRIVATE KEY-----') } }, 'secret_exposed', 'unmapped'],
  [{ unmapped: { key: credential('AK', 'IAABCDEFGHIJKLMNOP') } }, 'secret_exposed', 'unmapped'],
  [{ actor: undefined }, 'actor_missing', 'actor'],
  [{ actor: { user: { name: 'Unknown' } } }, 'actor_missing', 'actor'],
  [{ status_id: 0, status: 'Unknown', status_detail: 'denied by policy' }, 'status_lost', 'status_id'],
  [{ status_id: 0, status: 'Unknown', raw_data: '{"outcome":"FAILURE"}' }, 'status_lost', 'status_id'],
  [{ status_id: 0, status: 'Unknown', unmapped: { success: true } }, 'status_lost', 'status_id'],
]

for (const [changes, code, path] of RULES) {
  test(`${code} at "${path}" after ${JSON.stringify(changes).slice(0, 90)}`, () => {
    const found = lintEvent({ ...grant(), ...changes }, NOW_MS)
    assert.ok(
      found.some((problem) => problem.code === code && problem.path === path),
      JSON.stringify(found),
    )
  })
}

const FINE: readonly Record<string, unknown>[] = [
  { time: NOW_MS + DAY_MS, time_dt: undefined },
  { end_time: 0 },
  { time_dt: '2026-01-01T01:00:00.123+01:00' },
  { status_id: 99, status: 'Pending approval' },
  { src_endpoint: { ip: '203.0.113.9', location: { country: 'GB' } } },
  { observables: [{ type_id: 21, name: 'user' }] },
  { observables: [{ type_id: 5, name: 'user.email_addr', value: 'bob@example.com' }] },
  {
    unmapped: {
      password: '************',
      api_key: '[left out by the app]',
      password_policy: 'twelve characters',
    },
  },
  { raw_data: '{"url":"https://x.example:8443/a@b"}' },
  { actor: { app_name: 'Provisioner' }, observables: undefined },
  { status_id: 0, status: 'Unknown', raw_data: '{"status":"queued"}' },
]

for (const [i, changes] of FINE.entries()) {
  test(`nothing to say about ${JSON.stringify(changes)} (${i})`, () =>
    assert.deepEqual(lintEvent({ ...grant(), ...changes }, NOW_MS), []))
}

test('what says who did it is a warning, because nobody but the app can know', () => {
  const [problem] = lintEvent({ ...grant(), actor: undefined, observables: undefined }, NOW_MS)
  assert.equal(problem?.level, 'warning')
})

test('a problem never quotes the credential it found', () => {
  const secret = 'correct-horse-battery-staple'
  const problems = lintEvent({ ...grant(), unmapped: { client_secret: secret } }, NOW_MS)
  assert.equal(problems.length, 1)
  assert.ok(!JSON.stringify(problems).includes(secret))
})

test('addresses that do not parse are errors of the validator already', () => {
  const event = { ...grant(), src_endpoint: { ip: '1.2.3.4.5' } }
  assert.deepEqual(
    validateEvent(event).map(({ path }) => path),
    ['src_endpoint.ip'],
  )
})

test('each element of a list of values has its caption', () => {
  const finding = {
    class_uid: 2004,
    malware: [{ classification_ids: [1, 11], classifications: ['Adware', 'Worm'] }],
    time: NOW_MS,
  }
  assert.deepEqual(
    lintEvent(finding, NOW_MS).map(({ code, path }) => [code, path]),
    [['caption_differs', 'malware[0].classifications']],
  )
})
