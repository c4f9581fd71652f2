import { openAuthorizer } from '../../credentials/authorizer.ts'
import { workerContext } from '../../credentials/testing/rotating.ts'
import { answerAsks } from '../../credentials/testing/workers.ts'
import { systemClock } from '../../lib/clock.ts'
import { openControlStore } from '../../store/postgres/control-store.ts'
import { type GrantRow, openGrantRow } from '../grant-row.ts'
import { vaultOver } from './world.ts'

export type WorkerPlace = {
  readonly databaseUrl: string
  /** The authorization server. */
  readonly origin: string
  readonly organisationId: string
  readonly connectionId: string
  readonly count: number
  /** Dies by SIGKILL when an answer of the authorization server has arrived, and before anything is made of it. */
  readonly diesOnAnswer?: boolean
}

export const BINDING = 'the hosts of acme'

/** A process of several workers on one grant in the database. */
async function work(place: WorkerPlace): Promise<void> {
  const control = openControlStore({ url: place.databaseUrl, migrations: 'sql' })
  const offset = { ms: 0 }
  const clock = { now: () => systemClock.now() + offset.ms, sleep: systemClock.sleep }
  const vault = await vaultOver(control, clock)
  const row: GrantRow = { ...place, control, vault, clock, binding: BINDING, by: 'worker' }
  const workers = Array.from({ length: place.count }, () => {
    const context = workerContext(place.origin, openGrantRow(row), offset)
    const { transport } = context
    if (place.diesOnAnswer !== true) return openAuthorizer(context)
    return openAuthorizer({
      ...context,
      transport: async (request, options) => {
        await transport(request, options)
        process.kill(process.pid, 'SIGKILL')
        return new Promise(() => undefined)
      },
    })
  })
  answerAsks(workers, offset)
}

if (process.argv[2] !== undefined) await work(JSON.parse(process.argv[2]) as WorkerPlace)
