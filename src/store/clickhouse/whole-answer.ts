import { Fault } from '../../lib/fault.ts'

/**
 * The bytes of an answer, or a fault when the engine gave up in the middle of it.
 *
 * Rows are on their way with status 200 by then: ClickHouse says it at their end, after a tag that it gave in a header.
 *
 * @throws {Fault} `STORE_UNAVAILABLE`
 */
export async function* wholeAnswer(
  chunks: AsyncIterable<Uint8Array>,
  tag: string | undefined,
): AsyncGenerator<Uint8Array> {
  const mark = Buffer.from(`__exception__\r\n${tag}`)
  let held = Buffer.alloc(0)
  for await (const chunk of chunks) {
    const bytes = Buffer.concat([held, chunk])
    if (tag !== undefined && bytes.includes(mark))
      throw new Fault('STORE_UNAVAILABLE', 'the activity store gave up in the middle of an answer')
    const ready = Math.max(0, bytes.length - mark.length)
    if (ready > 0) yield bytes.subarray(0, ready)
    held = bytes.subarray(ready)
  }
  if (held.length > 0) yield held
}
