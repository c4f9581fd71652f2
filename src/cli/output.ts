import { fstatSync, fsync } from 'node:fs'
import type { Writable } from 'node:stream'
import { promisify } from 'node:util'

/** Where events go: resolves only when the reader, or the disk, has them. */
export type Output = {
  readonly write: (text: string) => Promise<void>
  /** Afterwards, what was written survives a power loss (files) or is in the reader's hands (pipes). */
  readonly settle: () => Promise<void>
}

/** Writes to a stream, waiting for each piece to be taken: a slow reader slows the collection down instead of filling memory. */
export function openOutput(stream: Writable & { readonly fd?: number }): Output {
  const fd = stream.fd
  const isFile = fd !== undefined && fstatSync(fd).isFile()
  return {
    write: (text) =>
      text === ''
        ? Promise.resolve()
        : new Promise((resolve, reject) => {
            stream.write(text, (error) => (error ? reject(error) : resolve()))
          }),
    settle: async () => {
      if (isFile) await promisify(fsync)(fd)
    },
  }
}
