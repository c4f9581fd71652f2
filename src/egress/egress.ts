import type { Transport } from '../model/transport.ts'
import { type Guard, guardFor } from './guard.ts'
import { guardedAgents, type Resolve, systemResolve } from './guarded-agent.ts'
import { sendThrough } from './send.ts'

export type Egress = {
  readonly send: Transport
  /** Ends every connection, also those in use. */
  readonly close: () => Promise<void>
}

export type EgressOptions = {
  /** `connect.hosts`, evaluated; `*.` in front stands for exactly one label. */
  readonly hosts: readonly string[]
  /** Development only: opens http and any port of 127.0.0.1, [::1] and localhost, where `hosts` names them. */
  readonly allowLoopback?: boolean
  readonly resolve?: Resolve
}

/**
 * Opens the way to the hosts of one connection, and to nothing else.
 *
 * @throws {Fault} `EGRESS_BLOCKED` when `hosts` holds something that is no host name.
 */
export function openEgress({ hosts, allowLoopback = false, resolve = systemResolve }: EgressOptions): Egress {
  return egressBehind(guardFor(hosts, allowLoopback), resolve)
}

/** The same with a guard of the caller's: for the tests that show what happens without ours. */
export function egressBehind(guard: Guard, resolve: Resolve): Egress {
  const agents = guardedAgents(guard, resolve)
  return {
    send: sendThrough(agents, guard),
    close: async () => {
      for (const agent of Object.values(agents)) agent.destroy()
    },
  }
}
