import { lookup as systemLookup } from 'node:dns/promises'
import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { Fault } from '../lib/fault.ts'
import type { Guard } from './guard.ts'

/** All addresses of a name. */
export type Resolve = (hostname: string) => Promise<readonly string[]>

/** Above the highest concurrency a manifest can ask for. */
const CONNECTIONS_PER_HOST = 64
/** Servers close what is idle, and a request that crosses with that is lost: ours are closed sooner. */
const IDLE_MS = 4000

export const systemResolve: Resolve = async (hostname) =>
  (await systemLookup(hostname, { all: true, verbatim: true })).map(({ address }) => address)

/** The ways to the hosts of one connection, by protocol. */
export type Agents = { readonly 'https:': HttpsAgent; readonly 'http:': HttpAgent }

/**
 * Pools of kept-alive connections that dial only addresses the guard has seen: the answer that was checked is the one used, so a
 * second answer (DNS rebinding) is never asked for.
 */
export function guardedAgents(guard: Guard, resolve: Resolve): Agents {
  const options = {
    lookup: guardedLookup(guard, resolve),
    keepAlive: true,
    maxSockets: CONNECTIONS_PER_HOST,
    timeout: IDLE_MS,
  }
  return { 'https:': new HttpsAgent(options), 'http:': new HttpAgent(options) }
}

function guardedLookup(guard: Guard, resolve: Resolve): LookupFunction {
  return (hostname, options, callback) => {
    checkedAddresses(hostname, guard, resolve).then(
      (found) => {
        if (options.all) callback(null, found)
        else callback(null, found[0]!.address, found[0]!.family)
      },
      (error) => callback(error, []),
    )
  }
}

async function checkedAddresses(hostname: string, guard: Guard, resolve: Resolve) {
  const addresses = await resolve(hostname)
  if (addresses.length === 0) throw new Fault('SOURCE_UNAVAILABLE', `host ${hostname} has no address`)
  // One closed address among open ones is a trap or a mistake: neither is dialled.
  if (!addresses.every((address) => guard.allowsAddress(hostname, address)))
    throw new Fault('EGRESS_BLOCKED', `host ${hostname} leads to an address outside the public internet`)
  return addresses.map((address) => ({ address, family: isIP(address) }))
}
