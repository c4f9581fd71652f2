import assert from 'node:assert/strict'
import { test } from 'node:test'
import { expiryWarning } from './expiry.ts'

const NOW = Date.UTC(2026, 10, 28)
const DAY_MS = 86_400_000
const warning = (days: number, status = 'active') =>
  expiryWarning({ credential_expires_at: new Date(NOW + days * DAY_MS), status }, NOW)

test('a credential is warned of a month ahead, urgently in the last week, and when it is over', () => {
  const table = [
    [31, undefined],
    [30, undefined],
    [29.9, 'soon'],
    [7, 'soon'],
    [6.9, 'urgent'],
    [0.1, 'urgent'],
    [0, 'over'],
    [-5, 'over'],
  ] as const
  for (const [days, urgency] of table) assert.equal(warning(days)?.urgency, urgency, `${days} days`)
  assert.deepEqual(warning(12.5), { atMs: NOW + 12.5 * DAY_MS, daysLeft: 12, urgency: 'soon' })
})

test('what nobody knows, and what is destroyed already, is not warned of', () => {
  assert.equal(expiryWarning({ credential_expires_at: null, status: 'active' }, NOW), undefined)
  assert.equal(warning(1, 'disconnected'), undefined)
})
