import { boundedInflate, type Compression } from '../lib/bounded-inflate.ts'
import { Fault } from '../lib/fault.ts'

const MAX_PACKED_BYTES = 10 * 1024 * 1024
const COMPRESSIONS: Readonly<Record<string, Compression>> = {
  gzip: 'gzip',
  'x-gzip': 'gzip',
  deflate: 'deflate',
  br: 'br',
}

/**
 * The whole body, unpacked, or a fault as soon as it is larger than allowed.
 *
 * @throws {Fault} `ANSWER_TOO_LARGE`, `SOURCE_UNREADABLE` (an encoding we did not ask for, or several), `SOURCE_UNAVAILABLE` (damaged).
 */
export async function readBody(
  chunks: AsyncIterable<Uint8Array>,
  headers: Readonly<Record<string, string>>,
  maxBytes: number,
): Promise<Uint8Array> {
  const compression = compressionOf(headers['content-encoding'])
  const limit = compression === undefined ? maxBytes : Math.min(maxBytes, MAX_PACKED_BYTES)
  if (Number(headers['content-length'] ?? 0) > limit) throw tooLarge(limit)
  const bytes = await gather(chunks, limit)
  return compression === undefined ? bytes : boundedInflate(bytes, compression, maxBytes)
}

function compressionOf(header: string | undefined): Compression | undefined {
  const names = (header ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity')
  if (names.length > 1) throw new Fault('SOURCE_UNREADABLE', 'the answer is packed more than once')
  const name = names[0]
  if (name === undefined) return undefined
  if (!Object.hasOwn(COMPRESSIONS, name))
    throw new Fault('SOURCE_UNREADABLE', 'the answer is packed in a way that was not asked for')
  return COMPRESSIONS[name]
}

async function gather(chunks: AsyncIterable<Uint8Array>, limit: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of chunks) {
    bytes += chunk.length
    if (bytes > limit) throw tooLarge(limit)
    parts.push(chunk)
  }
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts, bytes)
}

function tooLarge(limit: number): Fault {
  return new Fault('ANSWER_TOO_LARGE', `the answer is larger than ${limit} bytes`)
}
