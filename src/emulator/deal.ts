import type { Env } from '../model/expression.ts'
import { type Context, contextsHeld, tellsContext } from './context.ts'
import { valueAt } from './json-path.ts'
import type { Capture } from './pattern.ts'
import { match } from './pattern.ts'
import type { Recorded } from './recording.ts'
import { matchPath, type Route } from './route.ts'

type Deal = {
  readonly route: Route
  readonly contexts: readonly Context[]
  readonly env: (context: Context) => Env
}

/**
 * Says which list of a stream each recorded answer shows: by the recorded request; else by a value of `over` that all its
 * records carry under the same name; else they are dealt in turn.
 *
 * @returns by the index of the context.
 */
export function deal(recorded: readonly Recorded[], to: Deal): ReadonlyMap<number, readonly Recorded[]> {
  const dealt = new Map<number, Recorded[]>()
  let turn = 0
  for (const one of recorded) {
    const context = ownerOf(one, to) ?? to.contexts[turn++ % to.contexts.length]
    if (context === undefined) continue
    const list = dealt.get(context.index) ?? []
    list.push(one)
    dealt.set(context.index, list)
  }
  return dealt
}

function ownerOf(one: Recorded, { route, contexts, env }: Deal): Context | undefined {
  const captures = recordedCaptures(one, route)
  if (captures.some(({ program }) => tellsContext(program))) return contextsHeld(contexts, captures, env)[0]
  const records = one.records ?? []
  return contexts.find(({ over }) => {
    const values = Object.entries(over)
    return (
      values.length > 0 &&
      records.length > 0 &&
      records.every((record) => values.every(([name, value]) => valueAt(record, [name]) === value))
    )
  })
}

function recordedCaptures({ exchange }: Recorded, route: Route): readonly Capture[] {
  const { path, query = {} } = exchange.request ?? {}
  const inPath = path === undefined ? undefined : matchPath(route, path)
  const inQuery = route.slots.flatMap(({ place, pattern }) => {
    const text = place.in === 'query' ? query[place.name] : undefined
    return text === undefined ? [] : (match(pattern, text) ?? [])
  })
  return [...(inPath ?? []), ...inQuery]
}
