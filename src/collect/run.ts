import type { Clock } from '../lib/clock.ts'
import { Fault } from '../lib/fault.ts'
import type { Secret } from '../lib/secret.ts'
import type { Notice } from '../model/collection.ts'
import type { Connector, StreamPlan } from '../model/connector.ts'
import type { Authorizer } from '../model/credential.ts'
import { type Env, Instant } from '../model/expression.ts'
import type { Transport } from '../model/transport.ts'
import type { Limiter } from './limiter.ts'

/** What whoever asks an app for something has to bring along. */
export type Surroundings = {
  readonly connector: Connector
  readonly transport: Transport
  readonly authorizer: Authorizer
  readonly settings: Readonly<Record<string, unknown>>
  /** Revealed only where a header or a body is made. */
  readonly secrets: Readonly<Record<string, Secret>>
  readonly clock: Clock
  /** 0 to 1, spreads waits. */
  readonly random: () => number
  /** The connection's: all its streams share it. */
  readonly limiter: Limiter
  readonly notify: (notice: Notice) => void
  readonly signal?: AbortSignal | undefined
}

/** One run of one stream. */
export type Run = Surroundings & {
  /** The stream asked for: notices carry its name, also where a parent is read for it. */
  readonly stream: string
  /** Where partitions without a position begin, Unix milliseconds. */
  readonly sinceMs?: number | undefined
}

export function planOf({ connector }: Run, name: string): StreamPlan {
  const plan = connector.streams[name]
  if (plan === undefined) throw new Fault('USAGE_WRONG', `the connector has no stream "${name}"`)
  return plan
}

/** The names that every request may use: `settings`, `now`, and `grant` where the manifest keeps something of a token answer. */
export async function commonNames({ connector, authorizer, settings, clock }: Surroundings): Promise<Env> {
  const names = { settings, now: new Instant(clock.now()) }
  const keeps = connector.connect.auth.some(
    ({ oauth2, login }) => (oauth2?.keep ?? login?.keep) !== undefined,
  )
  return keeps ? { ...names, grant: await authorizer.kept() } : names
}
