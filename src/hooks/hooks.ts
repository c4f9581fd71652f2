import { type Delivery, type Received, receive } from '../collect/receive.ts'
import type { Clock } from '../lib/clock.ts'
import { Fault } from '../lib/fault.ts'
import type { Secret } from '../lib/secret.ts'
import type { Connector, StreamPlan } from '../model/connector.ts'

/** A delivery of an app, nothing of it read yet. */
export type HookDelivery = Omit<Delivery, 'nowMs'> & {
  readonly connectionId: string
  /** Below the connection's own address, e.g. `/events`. */
  readonly path: string
}

/** What a delivery is checked and read with. */
export type Receiver = {
  readonly organisationId: string
  readonly connector: Connector
  readonly secrets: Readonly<Record<string, Secret>>
  readonly settings: Readonly<Record<string, unknown>>
  /** Streams that are switched off, or were not chosen: nothing of them is taken. */
  readonly off: readonly string[]
}

export type HookPorts = {
  readonly clock: Clock
  /** Nothing for a connection that is not there, is paused, or is disconnected; a fault for one that a person must mend. */
  readonly receiverOf: (connectionId: string) => Promise<Receiver | Fault | undefined>
  /** Notes with what is waited for why no delivery can be taken. @param stream all of the connection's where it is not known */
  readonly unfit: (connectionId: string, fault: Fault, stream?: string) => Promise<void>
  readonly wasTaken: (organisationId: string, key: string) => Promise<boolean>
  readonly noteTaken: (organisationId: string, key: string) => Promise<void>
  /** What a delivery that counts leads to: its records are kept, and nothing else is ever triggered. */
  readonly arrived: (arrival: {
    readonly organisationId: string
    readonly connectionId: string
    readonly stream: string
    readonly connector: Connector
    readonly batch: NonNullable<Received['batch']>
  }) => Promise<void>
}

export type HookAnswer = { readonly status: number; readonly body?: object }
export type Hooks = { readonly receive: (delivery: HookDelivery) => Promise<HookAnswer> }

/**
 * Takes deliveries of apps. Whoever is not known is answered as whoever signs wrongly is, and as a connection is that cannot take
 * anything: none learns which. What the connection lacks is told to its own people.
 */
export function openHooks(ports: HookPorts): Hooks {
  return {
    receive: async ({ connectionId, path, ...delivery }) => {
      const receiver = await ports.receiverOf(connectionId)
      if (receiver instanceof Fault) {
        await ports.unfit(connectionId, receiver)
        return REFUSED
      }
      const stream = receiver && streamAt(receiver.connector, path)
      const plan = stream && receiver.connector.streams[stream]
      if (!plan || receiver.off.includes(stream)) return REFUSED
      const unsigned = unsignable(receiver, plan)
      if (unsigned !== undefined) {
        await ports.unfit(connectionId, unsigned, stream)
        return REFUSED
      }
      const { organisationId, connector } = receiver
      const received = receive(plan, { ...delivery, nowMs: ports.clock.now() }, receiver)
      const { status, body, batch, id } = received
      if (batch === undefined) return body === undefined ? { status } : { status, body }
      return once(ports, { organisationId, key: id && `hook ${connectionId} ${stream} ${id}` }, () =>
        ports.arrived({ organisationId, connectionId, stream, connector, batch }),
      )
    },
  }
}

const REFUSED: HookAnswer = { status: 401 }

/** Nobody can sign with a secret that was not given. */
function unsignable({ connector, secrets }: Receiver, { receive: door }: StreamPlan): Fault | undefined {
  const name = door?.verify.secret ?? ''
  if (secrets[name] !== undefined) return undefined
  const title = connector.connect.secrets?.[name]?.title ?? name
  return new Fault('SETTING_MISSING', `the app delivers, and the secret “${title}” is not given`)
}

async function once(
  { wasTaken, noteTaken }: HookPorts,
  { organisationId, key }: { readonly organisationId: string; readonly key: string | undefined },
  take: () => Promise<void>,
): Promise<HookAnswer> {
  if (key !== undefined && (await wasTaken(organisationId, key))) return { status: 409 }
  await take()
  // Noted last: a delivery that was cut short is taken when it comes again.
  if (key !== undefined) await noteTaken(organisationId, key)
  return { status: 200 }
}

const streamAt = ({ streams }: Connector, path: string): string | undefined =>
  Object.entries(streams).find(([, { receive: door }]) => door?.path === path)?.[0]
