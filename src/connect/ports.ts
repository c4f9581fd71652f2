import type { Clock } from '../lib/clock.ts'
import { Fault } from '../lib/fault.ts'
import type { Connector } from '../model/connector.ts'
import type { Transport } from '../model/transport.ts'
import type { Vault } from '../model/vault.ts'
import type { ConnectionRow } from '../store/postgres/connection-rows.ts'
import type { ControlStore, Tx } from '../store/postgres/control-store.ts'

/** Where connectors are found. A connection runs the version it was made or upgraded with. */
export type Connectors = {
  readonly newest: (appId: string) => Connector | undefined
  readonly ofVersion: (appId: string, digest: string) => Connector | undefined
}

/** How an app is reached when not by the open network. */
export type Way = {
  /** Development only: loopback addresses may be called. */
  readonly allowLoopback?: boolean
  readonly through?: (transport: Transport) => Transport
  /** Where a browser finds an address of the app. */
  readonly browserUrl?: (url: string) => string
}

export type Actor = { readonly kind: 'user' | 'key' | 'platform'; readonly id: string; readonly name: string }

type Plain = string | number | boolean | null | readonly Plain[] | { readonly [name: string]: Plain }

/** One line of the audit trail, added in the transaction of the change. */
export type Audit = (
  tx: Tx,
  entry: {
    readonly organisationId: string
    readonly actor: Actor
    readonly action: string
    readonly target: { readonly kind: 'connection'; readonly id: string; readonly name: string }
    readonly detail?: { readonly [name: string]: Plain }
  },
) => Promise<unknown>

/** What connecting works with. */
export type ConnectPorts = {
  readonly control: ControlStore
  readonly vault: Vault
  readonly connectors: Connectors
  readonly clock: Clock
  /** Without a trailing slash: where browsers reach this platform. */
  readonly publicUrl: string
  readonly wayTo: (connector: Connector) => Way
  readonly audit: Audit
}

/** Who does something, and for which organisation. */
export type Who = { readonly organisationId: string; readonly actor: Actor }

/** A person in a browser: a consent is finished by the session that began it. */
export type Session = Who & {
  /** SHA-256 of the session's token. */
  readonly sessionHash: Uint8Array
}

/** @throws {Fault} `NOT_FOUND`: also for a connection of another organisation. */
export function found(row: ConnectionRow | undefined): ConnectionRow {
  if (row === undefined) throw new Fault('NOT_FOUND', 'there is no such connection')
  return row
}

/** Adds to the trail what was done to a connection. */
export function auditConnection(
  { audit }: Pick<ConnectPorts, 'audit'>,
  tx: Tx,
  done: {
    readonly who: Who
    readonly row: Pick<ConnectionRow, 'id' | 'name'>
    readonly action: string
    readonly detail?: { readonly [name: string]: Plain }
  },
): Promise<unknown> {
  const { who, row, action, detail } = done
  return audit(tx, {
    ...who,
    action: `connection.${action}`,
    target: { kind: 'connection', id: row.id, name: row.name },
    ...(detail === undefined ? {} : { detail }),
  })
}
