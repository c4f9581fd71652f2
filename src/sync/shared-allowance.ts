import { spentBefore } from '../store/postgres/run-rows.ts'
import type { LeasedRun } from './leased-run.ts'

/** Which runs an open connection knows of: what they spent of the app's allowance is counted. */
export type Allowance = { readonly counted: Set<string>; counting: Promise<void> }

export const openAllowance = (): Allowance => ({ counted: new Set(), counting: Promise.resolve() })

/**
 * What was spent before, by the worker that read the connection last or by this one before it opened it anew, is spent for this one
 * too. Resolves when it is counted, also by a run of another stream that began at the same time.
 */
export async function shareAllowance({ ports, lease, runId, open }: LeasedRun): Promise<void> {
  const { counted } = open.allowance
  const isNew = counted.size === 0 || lease.isTakenOver
  counted.add(runId)
  if (isNew) open.allowance.counting = count({ ports, lease, open })
  await open.allowance.counting
}

async function count({ ports, lease, open }: Pick<LeasedRun, 'ports' | 'lease' | 'open'>): Promise<void> {
  const { connect, streams } = open.connector
  const rates = [connect.limits.rate, ...Object.values(streams).map(({ limits }) => limits?.rate)]
  const longestMs = Math.max(0, ...rates.map((rate) => rate?.perMs ?? 0))
  if (longestMs === 0) return
  const spent = await ports.control.within(lease.organisationId, (tx) => spentBefore(tx, lease, longestMs))
  const nowMs = ports.clock.now()
  const { counted } = open.allowance
  const unknown = spent.filter(({ id }) => !counted.has(id))
  for (const { id } of unknown) counted.add(id)
  open.connection.spent(unknown.map(({ stream, count, agoMs }) => ({ stream, count, atMs: nowMs - agoMs })))
}
