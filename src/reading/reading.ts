import type { Clock } from '../lib/clock.ts'
import type { Secret } from '../lib/secret.ts'
import type { Notice } from '../model/collection.ts'
import type { Connector, StreamPlan } from '../model/connector.ts'
import type { Authorizer } from '../model/credential.ts'
import { type Env, Instant } from '../model/expression.ts'
import type { Transport } from '../model/transport.ts'
import type { Limiter, RateGate } from './limiter.ts'

/** What all requests of one run of one stream share. */
export type Reading = {
  readonly connector: Connector
  /** The stream asked for; notices carry its name, also where a parent is read for it. */
  readonly stream: string
  readonly transport: Transport
  readonly authorizer: Authorizer
  readonly settings: Readonly<Record<string, unknown>>
  readonly secrets: Readonly<Record<string, Secret>>
  readonly clock: Clock
  readonly random: () => number
  readonly limiter: Limiter
  readonly notify: (notice: Notice) => void
  readonly signal: AbortSignal | undefined
  /** Where streams without a position begin, Unix milliseconds. */
  readonly sinceMs: number | undefined
  /** The streams' own rates, by stream name. */
  readonly gates: ReadonlyMap<string, RateGate>
}

export function planOf({ connector }: Reading, name: string): StreamPlan {
  const plan = connector.streams[name]
  if (plan === undefined) throw new Error(`no stream ${name}`)
  return plan
}

/** The names that every request may use. */
export async function commonNames({ authorizer, settings, clock }: Reading): Promise<Env> {
  return { settings, grant: await authorizer.kept(), now: new Instant(clock.now()) }
}
