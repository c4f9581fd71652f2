import { collect } from '../../collect/collect.ts'
import { openLimiter } from '../../collect/limiter.ts'
import { openAuthorizer } from '../../credentials/authorizer.ts'
import type { Notice } from '../../model/collection.ts'
import { openNormalizer } from '../../normalize/normalizer.ts'
import { digestOf, fraction } from '../random.ts'
import type { OpenStages } from '../trial/seams.ts'

/** The real stages, composed as the command line composes them; random numbers from a seed. */
export function stages(notify: (notice: Notice) => void = () => undefined): OpenStages {
  return ({ connector, stream, transport, clock, input, grants }) => {
    let drawn = 0
    const authorizer = openAuthorizer({
      connector,
      input,
      store: grants,
      transport,
      clock,
      random: (size) => Buffer.from(digestOf('bytes', ++drawn), 'hex').subarray(0, size),
    })
    const limiter = openLimiter(connector.connect.limits, clock)
    const random = () => fraction('random', ++drawn)
    const { settings, secrets } = input
    const shared = {
      connector,
      transport,
      authorizer,
      settings,
      secrets,
      clock,
      notify,
      limiter,
      random,
      stream,
    }
    return {
      pages: (position) => collect({ ...shared, position }),
      normalize: (batch) => openNormalizer({ connector, stream, clock })(batch),
    }
  }
}
