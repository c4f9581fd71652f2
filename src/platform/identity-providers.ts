import { openEgress } from '../egress/egress.ts'
import type { IdentityOptions } from '../identity/identity.ts'
import { Fault } from '../lib/fault.ts'
import { parseJson } from '../lib/json.ts'

type Way = Pick<IdentityOptions, 'guard' | 'discover'>

const TIMEOUT_MS = 10_000
const MAX_BYTES = 256 * 1024

/**
 * The way to the identity providers that customers name: past the guard that apps are reached through.
 *
 * @param internal origins inside the operator's own network, named by the operator.
 */
export function identityProviders(internal: readonly string[]): Way {
  const guard: Way['guard'] = async (url) => {
    if (internal.includes(url.origin)) return
    if (url.protocol !== 'https:') throw new Fault('EGRESS_BLOCKED', `${url.origin} is not https`)
    await openEgress({ hosts: [url.hostname] }).close()
  }
  return {
    guard,
    discover: async (url) => {
      await guard(url)
      const way = openEgress({ hosts: [url.hostname], allowLoopback: internal.includes(url.origin) })
      try {
        const request = { method: 'GET', url: url.href, headers: { accept: 'application/json' } } as const
        const answer = await way.send(request, {
          timeoutMs: TIMEOUT_MS,
          maxBytes: MAX_BYTES,
          redirects: 'never',
        })
        return answer.status === 200 ? parseJson(answer.body) : undefined
      } finally {
        await way.close()
      }
    },
  }
}
