import { Fault, isFault } from '../../lib/fault.ts'
import { parseJson } from '../../lib/json.ts'
import type { Broken, Decoded } from './decode.ts'

const LINE_FEED = 0x0a
const MAX_SHOWN_BYTES = 1024 * 1024

/**
 * One JSON value a line; empty lines are skipped. A line that cannot be read is set aside and stops no other.
 *
 * @throws {Fault} `SOURCE_UNREADABLE` when the last line is cut short: what would have followed is not known.
 */
export function readNdjson(bytes: Uint8Array): Decoded {
  const body: unknown[] = []
  const broken: Broken[] = []
  for (let start = 0; start < bytes.length; ) {
    const feed = bytes.indexOf(LINE_FEED, start)
    const end = feed === -1 ? bytes.length : feed
    const line = bytes.subarray(start, end)
    start = end + 1
    if (isBlank(line)) continue
    try {
      body.push(parseJson(line))
    } catch (error) {
      if (!isFault(error)) throw error
      if (feed === -1) throw new Fault('SOURCE_UNREADABLE', 'the last line is cut short')
      broken.push({
        record: new TextDecoder().decode(line.subarray(0, MAX_SHOWN_BYTES)),
        message: error.message,
      })
    }
  }
  return { body, broken }
}

function isBlank(line: Uint8Array): boolean {
  return line.length === 0 || (line[0]! <= 0x20 && line.every((byte) => byte <= 0x20))
}
