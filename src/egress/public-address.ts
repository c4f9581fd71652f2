import { BlockList, isIP } from 'node:net'

/** IPv4 that is not the public internet: IANA special-purpose registry, multicast, reserved, and one cloud's host agent. */
const CLOSED_IPV4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '168.63.129.16/32',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
]
/** IPv6 is closed except for global unicast: mapped, NAT64, unique-local, link-local and multicast lie outside of it. */
const OPEN_IPV6 = ['2000::/3']
/** Inside of it: protocol assignments (Teredo, ORCHID, benchmarking), 6to4, documentation. */
const CLOSED_IPV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']

const closedIpv4 = listOf('ipv4', CLOSED_IPV4)
const openIpv6 = listOf('ipv6', OPEN_IPV6)
const closedIpv6 = listOf('ipv6', CLOSED_IPV6)

/**
 * Whether an address belongs to the public internet. Compared as numbers, after parsing: no spelling gets around it.
 *
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry (2026-11-23) and the IPv6 registry beside it
 */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !closedIpv4.check(address, 'ipv4')
    case 6:
      return openIpv6.check(address, 'ipv6') && !closedIpv6.check(address, 'ipv6')
    default:
      return false
  }
}

function listOf(family: 'ipv4' | 'ipv6', networks: readonly string[]): BlockList {
  const list = new BlockList()
  for (const network of networks) {
    const [address, prefix] = network.split('/')
    list.addSubnet(address!, Number(prefix), family)
  }
  return list
}
