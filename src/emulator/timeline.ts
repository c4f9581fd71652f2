import { fraction, shuffled } from './random.ts'

/** A recorded activity: the record and when it happened. */
export type Scene = { readonly record: unknown; readonly timeMs: number; readonly who: string }

/** One moment of an invented timeline: which recorded activity is played, in which round of all of them. */
export type Beat = { readonly index: number; readonly round: number; readonly timeMs: number }

/** Activities of one person that follow each other this closely belong together: an attack stays an attack. */
const STORY_GAP_MS = 10 * 60_000

/** The recorded activities in order of time, cut into stories: what one person does without a longer pause. */
export function storiesOf(scenes: readonly Scene[]): readonly (readonly number[])[] {
  const order = scenes.map((_, index) => index).sort((a, b) => scenes[a]!.timeMs - scenes[b]!.timeMs)
  const stories: number[][] = []
  for (const index of order) {
    const last = scenes[stories.at(-1)?.at(-1) ?? -1]
    const scene = scenes[index]!
    const goesOn = last?.who === scene.who && scene.timeMs - last.timeMs <= STORY_GAP_MS
    if (goesOn) stories.at(-1)!.push(index)
    else stories.push([index])
  }
  return stories
}

/**
 * Plays the stories over and over, each round in another order, without end.
 *
 * @param meanGapMs the mean time from one activity to the next; within a story they never lie further apart than recorded.
 */
export function* play(
  scenes: readonly Scene[],
  { seed, fromMs, meanGapMs }: { readonly seed: string; readonly fromMs: number; readonly meanGapMs: number },
): Generator<Beat> {
  const stories = storiesOf(scenes)
  let timeMs = fromMs
  for (let round = 1; stories.length > 0; round++) {
    for (const story of shuffled(stories, `${seed}/${round}`)) {
      const gaps = story
        .slice(1)
        .map((index, at) => Math.min(meanGapMs, scenes[index]!.timeMs - scenes[story[at]!]!.timeMs))
      // The story takes as long as its activities would have taken one by one.
      const rest = meanGapMs * story.length - gaps.reduce((sum, gap) => sum + gap, 0)
      timeMs += rest * (0.5 + fraction(seed, round, story[0]!))
      yield { index: story[0]!, round, timeMs: Math.floor(timeMs) }
      for (const [at, gap] of gaps.entries()) {
        timeMs += gap
        yield { index: story[at + 1]!, round, timeMs: Math.floor(timeMs) }
      }
    }
  }
}
