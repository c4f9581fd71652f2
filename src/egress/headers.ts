import { Fault } from '../lib/fault.ts'

const NAME = /^[a-z0-9!#$%&'*+.^_`|~-]{1,64}$/
/** Visible ASCII, space and tab: nothing that ends a header, and nothing two servers could read differently. */
const VALUE = /^[\t\x20-\x7e]*$/
const MAX_VALUE_BYTES = 8 * 1024
const MAX_ALL_BYTES = 32 * 1024
/** Set by the platform, hop by hop, or claims about the sender. */
const REFUSED =
  /^(?:host|content-length|transfer-encoding|connection|keep-alive|te|trailer|upgrade|expect|accept-encoding|cookie2?|via|forwarded|x-forwarded-.*|x-real-ip|proxy-.*)$/

/**
 * Headers as they may be sent, names in lower case.
 *
 * @throws {Fault} `REQUEST_INVALID`, naming the header and never its value.
 */
export function checkHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const checked: Record<string, string> = Object.create(null)
  let bytes = 0
  for (const [written, value] of Object.entries(headers)) {
    const name = written.toLowerCase()
    const reason = problemOf(name, value)
    if (reason !== undefined)
      throw new Fault('REQUEST_INVALID', `header ${JSON.stringify(written.slice(0, 64))} ${reason}`)
    bytes += name.length + value.length
    checked[name] = value
  }
  if (bytes > MAX_ALL_BYTES)
    throw new Fault('REQUEST_INVALID', `the headers together are larger than ${MAX_ALL_BYTES} bytes`)
  return checked
}

function problemOf(name: string, value: unknown): string | undefined {
  if (!NAME.test(name)) return 'has no valid name'
  if (REFUSED.test(name)) return 'is not for a manifest to set'
  if (typeof value !== 'string' || !VALUE.test(value)) return 'holds a character that no header may hold'
  return value.length > MAX_VALUE_BYTES ? `is larger than ${MAX_VALUE_BYTES} bytes` : undefined
}
