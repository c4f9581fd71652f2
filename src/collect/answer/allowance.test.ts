import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Allowance, readAllowance, retryAfterMs } from './allowance.ts'

const NOW = Date.parse('2026-01-02T03:04:05Z')

const RETRY_AFTER: [header: string | undefined, expected: number | undefined, why: string][] = [
  [undefined, undefined, 'absent'],
  ['', undefined, 'empty'],
  ['120', 120_000, 'seconds become milliseconds'],
  [' 0 ', 0, 'zero is a wait of zero, not an absent header'],
  ['1.5', 1500, 'a fraction, as some apps send'],
  ['Fri, 02 Jan 2026 03:04:35 GMT', 30_000, 'HTTP-date'],
  ['Friday, 02-Jan-26 03:04:35 GMT', 30_000, 'the obsolete HTTP-date of RFC 850'],
  ['Fri, 02 Jan 2026 03:00:00 GMT', 0, 'a date in the past'],
  ['soon', undefined, 'not a number, not a date'],
  ['-5', undefined, 'a negative delay'],
  ['2026', 2_026_000, 'digits are seconds, never a year'],
]
for (const [header, expected, why] of RETRY_AFTER)
  test(`Retry-After: ${header ?? '(none)'} (${why})`, () => assert.equal(retryAfterMs(header, NOW), expected))

const plan = (resetUnit: 'unixSeconds' | 'unixMs' | 'seconds' | 'ms' | 'date') => ({
  remaining: 'X-Left',
  reset: 'X-Reset',
  resetUnit,
})
const ALLOWANCES: [
  name: string,
  headers: Record<string, string>,
  unit: Parameters<typeof plan>[0] | undefined,
  expected: Allowance,
][] = [
  [
    'unixSeconds',
    { 'x-left': '0', 'x-reset': String(NOW / 1000 + 9) },
    'unixSeconds',
    { remaining: 0, resetAtMs: NOW + 9000 },
  ],
  ['unixMs', { 'x-left': '3', 'x-reset': String(NOW + 9) }, 'unixMs', { remaining: 3, resetAtMs: NOW + 9 }],
  ['seconds', { 'x-left': '3', 'x-reset': '9' }, 'seconds', { remaining: 3, resetAtMs: NOW + 9000 }],
  ['ms', { 'x-left': '3', 'x-reset': '9' }, 'ms', { remaining: 3, resetAtMs: NOW + 9 }],
  [
    'date',
    { 'x-left': '3', 'x-reset': '2026-01-02T03:04:06Z' },
    'date',
    { remaining: 3, resetAtMs: NOW + 1000 },
  ],
  ['only what is left', { 'x-left': '100;w=60' }, 'seconds', { remaining: 100 }],
  ['unreadable', { 'x-left': 'many', 'x-reset': 'soon' }, 'date', {}],
  [
    'RateLimit, newer form',
    { ratelimit: '"default";r=0;t=5' },
    undefined,
    { remaining: 0, resetAtMs: NOW + 5000 },
  ],
  [
    'RateLimit, older form',
    { ratelimit: 'limit=100, remaining=7, reset=5' },
    undefined,
    { remaining: 7, resetAtMs: NOW + 5000 },
  ],
  [
    'RateLimit-Remaining',
    { 'ratelimit-remaining': '0', 'ratelimit-reset': '5' },
    undefined,
    { remaining: 0, resetAtMs: NOW + 5000 },
  ],
  ['declared headers win', { 'x-left': '4', ratelimit: '"a";r=0;t=5' }, 'seconds', { remaining: 4 }],
  [
    'RateLimit where the declared ones are absent',
    { ratelimit: '"a";r=0;t=5' },
    'seconds',
    { remaining: 0, resetAtMs: NOW + 5000 },
  ],
  ['nothing', { 'x-ratelimit-remaining': '0' }, undefined, {}],
]
for (const [name, headers, unit, expected] of ALLOWANCES)
  test(`allowance: ${name}`, () =>
    assert.deepEqual(readAllowance(headers, unit && plan(unit), NOW), expected))
