import type { Recorded } from './recording.ts'
import type { Draft } from './settle.ts'
import type { Incoming } from './wire.ts'

/**
 * The recorded answer whose request is most like this one: for what cannot be made anew.
 *
 * A parameter with the recorded value counts for it; one recorded with a value that was not sent (a paging token) speaks against it.
 */
export function replay(recorded: readonly Recorded[], request: Incoming): Draft {
  const sent = request.url.searchParams
  const likeness = ({ exchange }: Recorded) => {
    const query = Object.entries(exchange.request?.query ?? {})
    const same = query.filter(([name, value]) => sent.get(name) === value).length
    const lacking = query.filter(([name]) => !sent.has(name)).length
    const surplus = [...sent.keys()].filter((name) => exchange.request?.query?.[name] === undefined).length
    return same - lacking - surplus
  }
  const best = recorded.toSorted((a, b) => likeness(b) - likeness(a))[0]
  return (
    best?.draft ?? {
      status: 404,
      headers: {},
      body: { error: { code: 'not_found', message: 'nothing was recorded' } },
    }
  )
}
