import assert from 'node:assert/strict'
import { test } from 'node:test'
import { play, storiesOf } from './timeline.ts'

const MINUTE = 60_000
const scene = (who: string, minute: number) => ({ record: {}, who, timeMs: minute * MINUTE })
const SCENES = [
  scene('ada', 0),
  scene('eve', 100),
  scene('eve', 101),
  scene('eve', 103),
  scene('ada', 104),
  scene('bob', 300),
]

test('what one person does without a long pause is one story', () => {
  assert.deepEqual(storiesOf(SCENES), [[0], [1, 2, 3], [4], [5]])
})

test('a round plays every activity once, and a story stays together and in order', () => {
  const beats = play(SCENES, { seed: 's', fromMs: 0, meanGapMs: MINUTE * 10 })
    .take(12)
    .toArray()
  for (const round of [1, 2]) {
    const played = beats.filter((beat) => beat.round === round).map(({ index }) => index)
    assert.deepEqual(played.toSorted(), [0, 1, 2, 3, 4, 5])
    const at = played.indexOf(1)
    assert.deepEqual(played.slice(at, at + 3), [1, 2, 3])
  }
})

test('time goes forward at the pace that was asked for', () => {
  const beats = play(SCENES, { seed: 's', fromMs: 1000, meanGapMs: 5000 }).take(600).toArray()
  for (const [index, beat] of beats.entries()) assert.ok(beat.timeMs >= (beats[index - 1]?.timeMs ?? 1000))
  const meanMs = (beats.at(-1)!.timeMs - 1000) / beats.length
  assert.ok(meanMs > 4500 && meanMs < 5500, String(meanMs))
})

test('the same seed plays the same, another seed something else', () => {
  const beats = (seed: string) => play(SCENES, { seed, fromMs: 0, meanGapMs: 5000 }).take(50).toArray()
  assert.deepEqual(beats('a'), beats('a'))
  assert.notDeepEqual(beats('a'), beats('b'))
})
