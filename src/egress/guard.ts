import { hasDotSegment } from '../lib/dot-segment.ts'
import { Fault } from '../lib/fault.ts'
import { hostRule, isLoopbackName } from './hosts.ts'
import { isPublicAddress } from './public-address.ts'

/** What may be called, decided twice: by name before anything happens, by address before a connection is opened. */
export type Guard = {
  /** @throws {Fault} `EGRESS_BLOCKED`, `REQUEST_INVALID`. Neither message shows more of the address than its host. */
  readonly checkUrl: (url: string) => URL
  readonly allowsAddress: (hostname: string, address: string) => boolean
}

/** Room for the longest signed links; below what servers and proxies refuse. */
const MAX_URL_CHARACTERS = 16 * 1024

/**
 * The guard of one connection.
 *
 * @param hosts evaluated patterns of `connect.hosts`.
 * @param allowLoopback development only: opens http and any port of 127.0.0.1, [::1] and localhost, if declared. Nothing else private.
 */
export function guardFor(hosts: readonly string[], allowLoopback: boolean): Guard {
  const isDeclared = hostRule(hosts, allowLoopback)
  const isOpened = (hostname: string) => allowLoopback && isLoopbackName(hostname)
  return {
    checkUrl: (text) => {
      const url = readUrl(text)
      if (!isDeclared(url.hostname))
        throw new Fault('EGRESS_BLOCKED', `host ${url.hostname} is not declared in connect.hosts`)
      const isPlain = url.protocol === 'https:' && url.port === ''
      if (!isPlain && !isOpened(url.hostname))
        throw new Fault('EGRESS_BLOCKED', `${url.hostname}: only https on port 443 is called`)
      return url
    },
    allowsAddress: (hostname, address) =>
      isPublicAddress(address) || (isOpened(hostname) && (address === '127.0.0.1' || address === '::1')),
  }
}

function readUrl(text: string): URL {
  if (text.length > MAX_URL_CHARACTERS)
    throw new Fault('REQUEST_INVALID', `the URL is longer than ${MAX_URL_CHARACTERS} characters`)
  // A URL parser drops tabs and newlines and turns backslashes into slashes: what was checked must be what is sent.
  if (!/^[\x21-\x7e]+$/.test(text) || text.includes('\\'))
    throw new Fault('REQUEST_INVALID', 'the URL holds a character that must be percent-encoded')
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new Fault('REQUEST_INVALID', 'the URL is not an absolute http(s) address')
  if (url.username !== '' || url.password !== '')
    throw new Fault('REQUEST_INVALID', `${url.hostname}: a URL carries no user name or password`)
  if (hasDotSegment(text.replace(/[?#].*$/, '')))
    throw new Fault('REQUEST_INVALID', `${url.hostname}: the path holds a "." or ".." segment`)
  return url
}
