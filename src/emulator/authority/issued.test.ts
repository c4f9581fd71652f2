import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openIssued } from './issued.ts'

const ISSUE = { method: 0, clientId: 'a', scopes: ['read'], family: 'f' }

test('with a ledger what was granted, used and revoked is known to the process after', () => {
  let kept: string | undefined
  const keep = (text: string) => {
    kept = text
  }
  const ledger = () => ({ kept, keep })
  const first = openIssued('seed', ledger())
  const access = first.access(ISSUE, 1000)
  const [used, unused] = [first.refresh(ISSUE), first.refresh({ ...ISSUE, family: 'g' })]
  first.redeem(used)
  const second = openIssued('seed', ledger())
  assert.equal(second.read(access, 999)?.clientId, 'a')
  assert.equal(second.redeem(used), 'reused')
  assert.equal(second.read(access, 999), undefined)
  assert.deepEqual(second.redeem(unused), { ...ISSUE, family: 'g' })
  assert.notEqual(second.access(ISSUE, 1000), access)
  assert.equal(openIssued('seed').read(access, 999), undefined)
})
