import type { LiveEvent, LivePort } from '../api/services.ts'
import type { Export } from '../exports/export.ts'
import type { Change, ChangeChannel } from '../store/postgres/change-channel.ts'
import type { ControlStore } from '../store/postgres/control-store.ts'
import type { Catalog } from './catalog.ts'
import { connectionBodies } from './connection-bodies.ts'
import type { HookPlaces } from './hook-body.ts'
import { streamBodies } from './stream-bodies.ts'

export type LivePorts = {
  readonly control: ControlStore
  readonly catalog: Catalog
  readonly places: HookPlaces
  readonly channel: Pick<ChangeChannel, 'subscribe'>
  readonly exportOf: (organisationId: string, exportId: string) => Promise<Export | undefined>
}

/** Turns names of what changed into what it is now, once for everybody of the organisation who watches. */
export function liveService(ports: LivePorts): LivePort {
  return {
    subscribe: (organisationId, listener) => {
      let last: Promise<void> = Promise.resolve()
      return ports.channel.subscribe(organisationId, (change) => {
        // One after the other, so that what is older never comes after what is newer.
        last = last.then(async () => {
          const event = await eventOf(ports, change).catch(() => undefined)
          if (event !== undefined) listener(event)
        })
      })
    },
  }
}

async function eventOf(ports: LivePorts, change: Change): Promise<LiveEvent | undefined> {
  const { control, catalog, exportOf } = ports
  const { organisationId } = change
  if (change.kind === 'export') {
    const data = await exportOf(organisationId, change.exportId)
    return data && { type: 'export', data: { export: data } }
  }
  const { connectionId } = change
  if (change.kind === 'connection') {
    const [connection] = await control.within(organisationId, (tx) =>
      connectionBodies(tx, catalog, [connectionId]),
    )
    return { type: 'connection', data: { connectionId, ...(connection && { connection }) } }
  }
  const [stream] = await control.within(organisationId, (tx) =>
    streamBodies(tx, ports.places, { connectionId, name: change.stream }),
  )
  return stream && { type: 'stream', data: { connectionId, stream } }
}
