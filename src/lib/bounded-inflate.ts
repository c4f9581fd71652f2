import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate, inflateRaw } from 'node:zlib'
import { Fault } from './fault.ts'

/** No honest text is packed tighter; a bomb is packed a thousand times. */
const MAX_RATIO = 100
/** Below this size the ratio does not matter: small answers of equal lines are packed tightly. */
const RATIO_FREE_BYTES = 1024 * 1024

export type Compression = 'gzip' | 'deflate' | 'br'

const UNPACK = {
  gzip: promisify(gunzip),
  br: promisify(brotliDecompress),
  // RFC 9110 section 8.4.1.2 means zlib; some servers send the raw stream, which never starts with 8 in the low four bits.
  deflate: (bytes: Uint8Array, options: { maxOutputLength: number }) =>
    ((bytes[0] ?? 0) & 0x0f) === 8 ? inflateZlib(bytes, options) : inflateBare(bytes, options),
}
const inflateZlib = promisify(inflate)
const inflateBare = promisify(inflateRaw)

/**
 * Unpacks bytes that nobody trusts: stops as soon as the result exceeds `maxBytes`, or a megabyte and a hundred times the packed size.
 *
 * @throws {Fault} `ANSWER_TOO_LARGE`, or `SOURCE_UNAVAILABLE` when the packed bytes are cut short or damaged.
 */
export async function boundedInflate(
  bytes: Uint8Array,
  compression: Compression,
  maxBytes: number,
): Promise<Uint8Array> {
  if (bytes.length === 0) return bytes
  const allowed = Math.min(maxBytes, Math.max(RATIO_FREE_BYTES, bytes.length * MAX_RATIO))
  try {
    return await UNPACK[compression](bytes, { maxOutputLength: allowed })
  } catch (error) {
    if (codeOf(error) === 'ERR_BUFFER_TOO_LARGE')
      throw new Fault('ANSWER_TOO_LARGE', `${bytes.length} packed bytes unpack to more than ${allowed}`)
    throw new Fault('SOURCE_UNAVAILABLE', `the ${compression} data is damaged or cut short`, { cause: error })
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
