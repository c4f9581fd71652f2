import { openStages as compose } from '../../sync/stages.ts'
import { fraction } from '../random.ts'
import type { OpenStages } from '../trial/seams.ts'

/** The real stages as the command line composes them; waits are spread by a seed. */
export function stages(): OpenStages {
  return (run) => {
    let drawn = 0
    const random = () => fraction('random', ++drawn)
    const opened = compose({ ...run, notify: () => undefined, random })
    return {
      pages: (position) => opened.pages(run.stream, { position }),
      normalize: (batch) => opened.normalizer(run.stream)(batch),
    }
  }
}
