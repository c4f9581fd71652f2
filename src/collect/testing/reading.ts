import { fakeClock } from '../../lib/clock.ts'
import { type Fault, isFault } from '../../lib/fault.ts'
import { Secret } from '../../lib/secret.ts'
import type { Batch, Notice, Position, Row } from '../../model/collection.ts'
import type { Connector } from '../../model/connector.ts'
import type { Authorizer } from '../../model/credential.ts'
import { type CollectOptions, collect } from '../collect.ts'
import { openLimiter } from '../limiter.ts'
import type { Surroundings } from '../run.ts'
import type { App } from './app.ts'

export const NOW = Date.parse('2026-01-10T00:00:00Z')

/** Adds a bearer token; a refused one is replaced by the next, as often as there are more. */
export function tokens(...names: readonly string[]): Authorizer {
  let at = 0
  return {
    authorize: async (request) => ({
      ...request,
      headers: { ...request.headers, authorization: `Bearer ${names[at]}` },
    }),
    refused: async () => ++at < names.length,
    kept: async () => ({ instance: 'eu-1' }),
  }
}

/** All that a run needs, on a clock of its own. */
export function surroundings(connector: Connector, { transport }: App, more: Partial<Surroundings> = {}) {
  const clock = fakeClock(NOW)
  const notices: Notice[] = []
  const run = {
    connector,
    transport,
    authorizer: tokens('t-1'),
    settings: {},
    secrets: { key: new Secret('k-1') },
    clock,
    random: () => 0.5,
    limiter: openLimiter(connector.connect.limits, more.clock ?? clock),
    notify: (notice: Notice) => {
      notices.push(notice)
    },
    ...more,
  }
  return { run, clock, notices }
}

export type Reading = {
  readonly batches: readonly Batch[]
  readonly rows: readonly Row[]
  readonly keys: readonly (string | undefined)[]
  readonly position: Position | undefined
  readonly notices: readonly Notice[]
  readonly slept: readonly number[]
  readonly fault: Fault | undefined
}

type ReadOptions = Partial<Omit<CollectOptions, 'connector' | 'transport'>> & { readonly stream: string }

/** Reads a stream to its end or its fault. */
export async function read(connector: Connector, app: App, options: ReadOptions): Promise<Reading> {
  const { run, clock, notices } = surroundings(connector, app, options)
  const batches: Batch[] = []
  let fault: Fault | undefined
  try {
    for await (const batch of collect({ ...run, ...options })) batches.push(batch)
  } catch (error) {
    if (!isFault(error)) throw error
    fault = error
  }
  const rows = batches.flatMap((batch) => batch.rows)
  return {
    batches,
    rows,
    keys: rows.map(({ key }) => key),
    position: batches.findLast((batch) => batch.position !== undefined)?.position ?? options.position,
    notices,
    slept: clock.slept,
    fault,
  }
}

/** Notices of one kind. */
export function noticesOf<Kind extends Notice['kind']>({ notices }: Pick<Reading, 'notices'>, kind: Kind) {
  return notices.filter((notice): notice is Extract<Notice, { kind: Kind }> => notice.kind === kind)
}
