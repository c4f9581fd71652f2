import { lookup as systemLookup } from 'node:dns/promises'
import { isIP, type LookupFunction } from 'node:net'
import { Agent } from 'undici'
import { Fault } from '../lib/fault.ts'
import type { Guard } from './guard.ts'

/** All addresses of a name. */
export type Resolve = (hostname: string) => Promise<readonly string[]>

const MAX_HEADER_BYTES = 16 * 1024
/** Above the highest concurrency a manifest can ask for. */
const CONNECTIONS_PER_HOST = 64

export const systemResolve: Resolve = async (hostname) =>
  (await systemLookup(hostname, { all: true, verbatim: true })).map(({ address }) => address)

/**
 * A pool of kept-alive connections that dials only addresses the guard has seen: the answer that was checked is the one used, so a
 * second answer (DNS rebinding) is never asked for.
 */
export function guardedAgent(guard: Guard, resolve: Resolve): Agent {
  return new Agent({
    connect: { lookup: guardedLookup(guard, resolve) },
    connections: CONNECTIONS_PER_HOST,
    maxHeaderSize: MAX_HEADER_BYTES,
    allowH2: false,
    useMilo: false,
    // The time for the whole answer is limited by the caller's signal; these would only count pauses.
    headersTimeout: 0,
    bodyTimeout: 0,
  })
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
