import { Fault } from '../lib/fault.ts'

/** Whether a host name, as a WHATWG URL parser gives it, may be called. */
export type HostRule = (hostname: string) => boolean

const NAME = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/
const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost'])

/** The three spellings that the development switch opens; nothing else private ever is. */
export function isLoopbackName(hostname: string): boolean {
  return LOOPBACK.has(hostname)
}

/**
 * The rule of one connection: names are compared whole; `*.` in front stands for exactly one label.
 *
 * @param patterns evaluated, lower or upper case.
 * @throws {Fault} `EGRESS_BLOCKED` when a pattern is no host name (an address, a port, a path, a list of labels from a setting).
 */
export function hostRule(patterns: readonly string[], allowLoopback: boolean): HostRule {
  const names = new Set<string>()
  const parents = new Set<string>()
  for (const pattern of patterns) {
    const lower = pattern.toLowerCase()
    const isWildcard = lower.startsWith('*.')
    const name = isWildcard ? lower.slice(2) : lower
    const isOpened = allowLoopback && isLoopbackName(lower)
    if (!NAME.test(name) && !isOpened)
      throw new Fault(
        'EGRESS_BLOCKED',
        `connect.hosts: ${JSON.stringify(pattern.slice(0, 300))} is no host name`,
      )
    if (isWildcard) parents.add(name)
    else names.add(name)
  }
  return (hostname) => names.has(hostname) || parents.has(hostname.slice(hostname.indexOf('.') + 1))
}
