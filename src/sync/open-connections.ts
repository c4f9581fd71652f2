import type { Clock } from '../lib/clock.ts'
import type { Notice } from '../model/collection.ts'
import type { Connector } from '../model/connector.ts'
import type { Connection } from './connection.ts'
import type { OpenConnection } from './leased-run.ts'
import { openAllowance } from './shared-allowance.ts'

/** Which connection. */
export type ConnectionPlace = { readonly organisationId: string; readonly connectionId: string }

export type OpenConnections = {
  /** Lends the open connection to `work`; `failed` is called instead when it cannot be opened. */
  readonly use: (
    place: ConnectionPlace,
    work: (open: OpenConnection) => Promise<void>,
    failed: (error: unknown) => Promise<void>,
  ) => Promise<void>
  readonly close: () => Promise<void>
}

export type OpeningPorts = {
  /** Changes whenever the connection must be opened anew: settings, secrets, connector. */
  readonly versionOf: (place: ConnectionPlace) => Promise<string>
  readonly open: (
    place: ConnectionPlace,
    notify: (notice: Notice) => void,
  ) => Promise<{ readonly connector: Connector; readonly connection: Connection }>
  readonly clock: Clock
}

type Held = {
  readonly version: string
  readonly opening: Promise<OpenConnection & { readonly close: () => Promise<void> }>
  users: number
  idleSinceMs: number
}

const IDLE_MS = 5 * 60_000

/**
 * Keeps connections open between runs, so that what an app allows and the token that was granted are remembered; one for each
 * connection, however many of its streams are read at once.
 */
export function openConnections(ports: OpeningPorts): OpenConnections {
  const held = new Map<string, Held>()

  const drop = async (id: string, connection: Held): Promise<void> => {
    if (held.get(id) === connection) held.delete(id)
    await connection.opening.then(
      ({ close }) => close(),
      () => undefined,
    )
  }
  const dropIdle = (): void => {
    const beforeMs = ports.clock.now() - IDLE_MS
    for (const [id, connection] of held)
      if (connection.users === 0 && connection.idleSinceMs < beforeMs) void drop(id, connection)
  }
  const take = async (place: ConnectionPlace): Promise<Held> => {
    const version = await ports.versionOf(place)
    const known = held.get(place.connectionId)
    if (known?.version === version) return known
    // Whoever still uses the old one keeps it; it is closed by the last of them.
    if (known !== undefined) held.delete(place.connectionId)
    if (known?.users === 0) void drop(place.connectionId, known)
    const fresh: Held = { version, opening: opened(ports, place), users: 0, idleSinceMs: ports.clock.now() }
    held.set(place.connectionId, fresh)
    return fresh
  }
  return {
    use: async (place, work, failed) => {
      dropIdle()
      const connection = await take(place)
      connection.users += 1
      try {
        const open = await connection.opening.catch(async (error: unknown) => {
          await drop(place.connectionId, connection)
          await failed(error)
        })
        if (open !== undefined) await work(open)
      } finally {
        connection.users -= 1
        connection.idleSinceMs = ports.clock.now()
        const isReplaced = held.get(place.connectionId) !== connection
        if (connection.users === 0 && isReplaced) await drop(place.connectionId, connection)
      }
    },
    close: async () => {
      await Promise.all([...held].map(([id, connection]) => drop(id, connection)))
    },
  }
}

async function opened(ports: OpeningPorts, place: ConnectionPlace) {
  const listeners = new Map<string, Set<(notice: Notice) => void>>()
  const notify = (notice: Notice): void => {
    for (const listener of listeners.get(notice.stream) ?? []) listener(notice)
  }
  const { connector, connection } = await ports.open(place, notify)
  return {
    connector,
    connection,
    listen: (stream: string, listener: (notice: Notice) => void) => {
      const own = listeners.get(stream) ?? new Set()
      listeners.set(stream, own.add(listener))
      return () => void own.delete(listener)
    },
    allowance: openAllowance(),
    close: connection.close,
  }
}
