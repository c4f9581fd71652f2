import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeClock } from '../lib/clock.ts'
import { openProgress } from './progress.ts'
import { openStyle } from './style.ts'

const NONE = { quarantined: [], unmapped: new Map(), unfit: new Map() }
const LATE = { class_uid: 3002, time: 1795857546463, message: 'a "time":9999999999999 of its own' }
const EARLY = { class_uid: 3002, time: 1795857000000, message: '' }

for (const [what, events] of [
  ['events', [LATE, EARLY]],
  ['lines', [JSON.stringify(LATE), JSON.stringify(EARLY)]],
] as const)
  test(`the newest ${what} of a log that begins with the newest are known`, () => {
    const screen = { write: () => undefined, isInteractive: false, style: openStyle(false) }
    const progress = openProgress(['audit'], screen, fakeClock(0))
    progress.took('audit', { ...NONE, events }, 0)
    assert.equal(progress.tallies.get('audit')?.newestMs, LATE.time)
    progress.stop()
  })

test('keeping to a rate is told once; a long wait always', () => {
  const said: string[] = []
  const screen = { write: (text: string) => said.push(text), isInteractive: false, style: openStyle(false) }
  const progress = openProgress(['keys'], screen, fakeClock(0))
  for (const [ms, why] of [
    ...[[400, 'allowance'] as const, [1000, 'allowance'] as const, [1000, 'allowance'] as const],
    ...[[12_000, 'allowance'] as const, [1000, 'asked'] as const],
  ])
    progress.notice({ kind: 'wait', stream: 'keys', ms, why })
  progress.stop()
  assert.deepEqual(said, [
    'keys: waits 1.0 s (allowance)\n',
    'keys: waits 12.0 s (allowance)\n',
    'keys: waits 1.0 s (asked)\n',
  ])
})
