import { fstatSync, fsync } from 'node:fs'
import type { Writable } from 'node:stream'
import { promisify } from 'node:util'

/** Where events go: resolves only when the reader, or the disk, has them. */
export type Output = {
  readonly write: (text: string) => Promise<void>
  /** The same for many texts, each made when its turn comes. */
  readonly writeAll: (texts: Iterable<string>) => Promise<void>
  /** Afterwards, what was written survives a power loss (files) or is in the reader's hands (pipes). */
  readonly settle: () => Promise<void>
}

const BUFFER_BYTES = 256 * 1024
/** UTF-8 takes at most this many bytes for a code unit. */
const MAX_UNIT_BYTES = 3

/**
 * Writes to a stream, waiting for each piece to be taken: a slow reader slows the collection down instead of filling memory. Texts
 * go through one buffer, which is used again and again; those of one call stay together.
 */
export function openOutput(stream: Writable & { readonly fd?: number }): Output {
  const fd = stream.fd
  const isFile = fd !== undefined && fstatSync(fd).isFile()
  const buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES)
  let last: Promise<void> = Promise.resolve()

  const put = (piece: string | Uint8Array): Promise<void> =>
    new Promise((resolve, reject) => {
      stream.write(piece, (error) => (error ? reject(error) : resolve()))
    })
  const putAll = async (texts: Iterable<string>): Promise<void> => {
    let used = 0
    for (const text of texts) {
      if (used > 0 && used + text.length * MAX_UNIT_BYTES > BUFFER_BYTES) {
        await put(buffer.subarray(0, used))
        used = 0
      }
      if (text.length * MAX_UNIT_BYTES > BUFFER_BYTES) await put(text)
      else used += buffer.write(text, used)
    }
    if (used > 0) await put(buffer.subarray(0, used))
  }
  const writeAll = (texts: Iterable<string>): Promise<void> => {
    last = last.then(() => putAll(texts))
    return last
  }
  return {
    write: (text) => writeAll([text]),
    writeAll,
    settle: async () => {
      if (isFile) await promisify(fsync)(fd)
    },
  }
}
