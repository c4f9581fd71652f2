import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeClock } from '../lib/clock.ts'
import type { ActivityBatch, ActivityEvent } from '../model/activity.ts'
import { gatherEvents } from './gather.ts'

const SOURCE = { organisationId: 'o', connectionId: 'c', appId: 'a', stream: 's' }
const events = (count: number): ActivityEvent[] =>
  Array.from({ length: count }, (_, i) => ({ uid: `${i}`, event: {}, raw: '{}' }))

/** A store that says how many events each batch it was to write brought, and ends a batch when told. */
function opened() {
  const sizes: number[] = []
  const ends: ((error?: Error) => void)[] = []
  const batch = (): ActivityBatch => {
    let size = 0
    return {
      isEmpty: () => size === 0,
      isFull: () => size >= 5_000,
      add: (given) => {
        size += given.length
      },
      write: async (after) => {
        await after
        await new Promise<void>((resolve, reject) => {
          sizes.push(size)
          ends.push((error) => (error === undefined ? resolve() : reject(error)))
        })
      },
    }
  }
  const clock = fakeClock(0)
  return { sizes, ends, clock, gathering: gatherEvents({ batch }, SOURCE, clock) }
}
const settled = () => new Promise(setImmediate)

test('the first go at once, the next are gathered while they are written, and one waits for the other', async () => {
  const { sizes, ends, gathering } = opened()
  await gathering.add(events(1), false)
  await gathering.add(events(100), false)
  await gathering.add(events(100), false)
  await settled()
  assert.deepEqual(sizes, [1])
  await gathering.add(events(5_000), false)
  let isRoom = false
  const third = gathering.add(events(5_900), false).then(() => {
    isRoom = true
  })
  await settled()
  assert.deepEqual([sizes, isRoom], [[1], false])
  ends[0]?.()
  await third
  await settled()
  assert.deepEqual(sizes, [1, 5_000])
  ends[1]?.()
  await settled()
  assert.deepEqual(sizes, [1, 5_000, 5_000])
  ends[2]?.()
  const last = gathering.flush()
  await settled()
  ends[3]?.()
  await last
  assert.deepEqual(sizes, [1, 5_000, 5_000, 1_100])
})

test('what is due is on disk when the promise resolves, and not before', async () => {
  const { sizes, ends, gathering } = opened()
  let isDone = false
  const due = gathering.add(events(3), true).then(() => {
    isDone = true
  })
  await settled()
  assert.deepEqual([sizes, isDone], [[3], false])
  ends[0]?.()
  await due
  assert.equal(isDone, true)
})

test('a failed append is told by the next call, and nothing is appended after it', async () => {
  const { sizes, ends, gathering } = opened()
  await gathering.add(events(1), false)
  await settled()
  ends[0]?.(new Error('disk full'))
  await assert.rejects(gathering.add(events(1), true), /disk full/)
  await assert.rejects(gathering.flush(), /disk full/)
  assert.deepEqual(sizes, [1])
})

test('a store that is busy is given more at a time, not more often', async () => {
  const { sizes, ends, clock, gathering } = opened()
  await gathering.add(events(1), false)
  for (let page = 0; page < 3; page++) {
    await clock.sleep(600)
    await gathering.add(events(10), false)
  }
  await settled()
  assert.deepEqual(sizes, [1])
  ends[0]?.()
  await settled()
  await gathering.add(events(10), false)
  await settled()
  assert.deepEqual(sizes, [1, 40])
})

test('events that waited go with the next ones, however few', async () => {
  const { sizes, ends, clock, gathering } = opened()
  await gathering.add(events(1), false)
  await settled()
  ends[0]?.()
  await gathering.add(events(2), false)
  await clock.sleep(600)
  await gathering.add(events(2), false)
  await settled()
  assert.deepEqual(sizes, [1, 4])
})
