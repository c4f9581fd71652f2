import { Failure } from '../../model/expression.ts'
import {
  type Address,
  isWithin,
  type Network,
  parseAddress,
  parseNetwork,
  showAddress,
  unmapped,
} from '../runtime/address.ts'
import type { FunctionGroup } from './row.ts'

const NOT_AN_IP = new Failure('format', 'the text is not an IP address')
const NOT_A_NETWORK = new Failure('format', 'the text is not a network such as 10.0.0.0/8')

/** Strips what logs put around an address: a port, brackets, an IPv6 zone. */
function bare(text: string): string {
  const bracketed = /^\[([^\]]*)\](?::\d+)?$/.exec(text.trim())
  if (bracketed !== null) return bracketed[1]!.replace(/%.*$/, '')
  return text
    .trim()
    .replace(/^([\d.]+):\d+$/, '$1')
    .replace(/%.*$/, '')
}

function ip(text: string): string | Failure {
  const address = text.length > 128 ? undefined : parseAddress(bare(text))
  return address === undefined ? NOT_AN_IP : showAddress(address)
}

function inCidr(text: string, cidr: string): boolean | Failure {
  const network = parseNetwork(cidr)
  return network === undefined ? NOT_A_NETWORK : inNetwork(text, network)
}

function inNetwork(text: string, network: Network): boolean | Failure {
  const address = parseAddress(text)
  return address === undefined
    ? NOT_AN_IP
    : isWithin(address, network) || isWithin(unmapped(address), network)
}

/** Not reachable from the Internet: IANA's special-purpose registries of IPv4 and IPv6, read 2026-11-23. */
const PRIVATE: readonly Network[] = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/127',
  '64:ff9b:1::/48',
  '100::/64',
  '2001:db8::/32',
  'fc00::/7',
  'fe80::/10',
  'ff00::/8',
].map((text) => parseNetwork(text)!)

function isPrivate(address: Address): boolean {
  return PRIVATE.some((network) => isWithin(unmapped(address), network))
}

/** A relative URL is read as if on some host. */
function parseUrl(text: string): URL | Failure {
  const url = text.length > 8192 ? null : URL.parse(text, 'http://relative.invalid')
  return url ?? new Failure('format', 'the text is not a URL')
}

function urlQuery(text: string, name: string): string | Failure {
  const url = parseUrl(text)
  if (url instanceof Failure) return url
  return (
    url.searchParams.get(name) ??
    new Failure('missing', `the URL has no query parameter ${JSON.stringify(name)}`)
  )
}

export const NETWORK: FunctionGroup = {
  title: 'Addresses and URLs',
  rows: [
    {
      name: 'ip',
      about: 'An IP address in its shortest form, without the port, brackets or zone that logs add.',
      examples: [
        ["ip('203.0.113.7:51234')", "'203.0.113.7'"],
        ["ip('[2001:DB8:0:0::1]:443')", "'2001:db8::1'"],
        ["ip('unknown')", 'fails: compile'],
      ],
      overloads: [['ip(string) -> string', ip]],
    },
    {
      name: 'isIp',
      about: 'Whether the text is an IPv4 or IPv6 address and nothing else.',
      examples: [
        ["isIp('203.0.113.7')", 'true'],
        ["isIp('203.0.113.7:443')", 'false'],
      ],
      overloads: [['isIp(string) -> bool', (text: string) => parseAddress(text) !== undefined]],
    },
    {
      name: 'inCidr',
      about: 'Whether an address lies in a network. An IPv4 address written as IPv6 counts as IPv4.',
      examples: [
        ["inCidr('10.1.2.3', '10.0.0.0/8')", 'true'],
        ["inCidr('2001:db8::1', '10.0.0.0/8')", 'false'],
      ],
      overloads: [['inCidr(string, string) -> bool', inCidr]],
      specialize: ([, cidr]) => {
        if (typeof cidr !== 'string') return undefined
        const network = parseNetwork(cidr)
        return network === undefined ? NOT_A_NETWORK : (text: string) => inNetwork(text, network)
      },
    },
    {
      name: 'isPrivateIp',
      about: 'Whether an address is private, loopback, link-local or otherwise not of the public Internet.',
      examples: [
        ["isPrivateIp('192.168.1.1')", 'true'],
        ["isPrivateIp('8.8.8.8')", 'false'],
      ],
      overloads: [
        [
          'isPrivateIp(string) -> bool',
          (text: string) => {
            const address = parseAddress(text)
            return address === undefined ? NOT_AN_IP : isPrivate(address)
          },
        ],
      ],
    },
    {
      name: 'urlQuery',
      about: 'The first value of a query parameter of a URL; missing when there is none.',
      examples: [
        ["urlQuery('https://app.example/v1?cursor=a%20b', 'cursor')", "'a b'"],
        ["urlQuery('/v1', 'cursor')", 'fails: missing'],
      ],
      overloads: [['urlQuery(string, string) -> string', urlQuery]],
    },
    {
      name: 'urlPath',
      about: 'The path of a URL.',
      examples: [["urlPath('https://app.example/v1/users?x=1')", "'/v1/users'"]],
      overloads: [
        [
          'urlPath(string) -> string',
          (text: string) => {
            const url = parseUrl(text)
            return url instanceof Failure ? url : url.pathname
          },
        ],
      ],
    },
  ],
}
