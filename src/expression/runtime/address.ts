/** An IP address as its bytes: four of them, or sixteen. */
export type Address = readonly number[]

/** Reads an IPv4 address in four decimal parts, without leading zeros, or an IPv6 address; `undefined` for anything else. */
export function parseAddress(text: string): Address | undefined {
  if (text.length > 45) return undefined
  return text.includes(':') ? parseV6(text) : parseV4(text)
}

function parseV4(text: string): Address | undefined {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part))) return undefined
  const bytes = parts.map(Number)
  return bytes.every((byte) => byte < 256) ? bytes : undefined
}

function parseV6(text: string): Address | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const [head, tail] = halves.map(groupBytes)
  if (head === undefined || (halves.length === 2 && tail === undefined)) return undefined
  const missing = 16 - head.length - (tail?.length ?? 0)
  if (halves.length === 1) return missing === 0 ? head : undefined
  return missing < 2 ? undefined : [...head, ...new Array<number>(missing).fill(0), ...tail!]
}

/** The bytes of groups between colons; the last may be an IPv4 address. */
function groupBytes(text: string): number[] | undefined {
  if (text === '') return []
  const groups = text.split(':')
  const bytes: number[] = []
  for (const [i, group] of groups.entries()) {
    const v4 = i === groups.length - 1 && group.includes('.') ? parseV4(group) : undefined
    if (v4 !== undefined) bytes.push(...v4)
    else if (/^[0-9a-fA-F]{1,4}$/.test(group))
      bytes.push(Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255)
    else return undefined
  }
  return bytes
}

/** The address as RFC 5952 writes it. */
export function showAddress(address: Address): string {
  if (address.length === 4) return address.join('.')
  const groups = Array.from({ length: 8 }, (_, i) =>
    ((address[2 * i]! << 8) | address[2 * i + 1]!).toString(16),
  )
  const zeros = [...groups.join(':').matchAll(/(?:^|:)0(?::0)+(?=:|$)/g)].map(([run]) => run)
  const longest = zeros.reduce((best, run) => (zeroCount(run) > zeroCount(best) ? run : best), '')
  if (longest === '') return groups.join(':')
  return groups.join(':').replace(longest, '::').replace(/:{3}/, '::')
}

function zeroCount(run: string): number {
  return run.split('0').length - 1
}

export type Network = { readonly address: Address; readonly bits: number }

/** Reads `10.0.0.0/8` or `2001:db8::/32`; an address alone is a network of one. */
export function parseNetwork(text: string): Network | undefined {
  const [base, length, ...rest] = text.split('/')
  const address = parseAddress(base!)
  if (address === undefined || rest.length > 0) return undefined
  if (length === undefined) return { address, bits: address.length * 8 }
  const bits = /^\d{1,3}$/.test(length) ? Number(length) : Number.NaN
  return bits <= address.length * 8 ? { address, bits } : undefined
}

/** An IPv4 address inside IPv6 (`::ffff:1.2.3.4`) is that IPv4 address. */
export function unmapped(address: Address): Address {
  return MAPPED.every((byte, i) => address[i] === byte) && address.length === 16 ? address.slice(12) : address
}

const MAPPED = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255]

export function isWithin(address: Address, network: Network): boolean {
  if (address.length !== network.address.length) return false
  const whole = network.bits >> 3
  for (let i = 0; i < whole; i++) if (address[i] !== network.address[i]) return false
  const mask = (0xff00 >> (network.bits & 7)) & 255
  return mask === 0 || (address[whole]! & mask) === (network.address[whole]! & mask)
}
