import type { ActivityBatch } from '../../model/activity.ts'
import type { LeasedPorts } from '../leased-run.ts'

/** Where a worker's process is to die: before, in the middle of, or after the so-manieth thing it asks of a store for a stream. */
export type Death = { readonly at: number; readonly when: 'before' | 'in' | 'after' }

const die = (): Promise<never> => {
  process.kill(process.pid, 'SIGKILL')
  return new Promise(() => undefined)
}

/** The ports of a worker that dies there. Without `isKept` its events are acknowledged and thrown away. */
export function dying(ports: LeasedPorts, death: Death, isKept: boolean): LeasedPorts {
  let asked = 0
  const step = async <T>(work: (inside: () => Promise<void>) => Promise<T>): Promise<T> => {
    asked += 1
    const isIt = (when: Death['when']) => asked === death.at && death.when === when
    const [before, inside, after] = [isIt('before'), isIt('in'), isIt('after')]
    if (before) await die()
    const done = await work(async () => void (inside && (await die())))
    if (after) await die()
    return done
  }
  const batchOf = (batch: ActivityBatch): ActivityBatch => ({
    ...batch,
    write: (earlier) =>
      step(async (inside) => {
        const writing = isKept ? batch.write(earlier) : Promise.resolve()
        // On its way to the store, and not answered.
        await new Promise((sent) => setTimeout(sent, 2))
        await inside()
        await writing
      }),
  })
  return {
    ...ports,
    control: {
      ...ports.control,
      within: (organisationId, work) =>
        step((inside) =>
          ports.control.within(organisationId, async (tx) => {
            const done = await work(tx)
            await inside()
            return done
          }),
        ),
    },
    activity: { ...ports.activity, batch: (source) => batchOf(ports.activity.batch(source)) },
  }
}
