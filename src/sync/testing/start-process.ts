import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import type { Death } from './dying.ts'
import type { Stores } from './platform.ts'

/** A worker in a process of its own, over the stores and the app of a test. */
export function startProcess(
  { rootKey, databaseUrl, clickhouseUrl }: Stores,
  own: {
    readonly name: string
    readonly url: string
    readonly leaseMs: number
    readonly death?: Death
    readonly isCareless?: boolean
    /** Of its heap, MiB. */
    readonly mostMib?: number
  },
): ChildProcess {
  const told = JSON.stringify({ ...own, rootKey, databaseUrl, clickhouseUrl })
  const heap = own.mostMib === undefined ? [] : [`--max-old-space-size=${own.mostMib}`]
  return spawn(process.execPath, [...heap, join(import.meta.dirname, 'worker-process.ts'), told], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}
