import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { PAGE_SIZE } from './audit-pages.ts'
import type { Figure } from './bench.ts'
import { launchOptions } from './launch.ts'

export const name = 'memory'

const PAGES = 1000
const LIMIT_MB = 150
const script = (file: string) => fileURLToPath(new URL(file, import.meta.url))

/** Resident memory while a million events go through: the most of all, and how much of it came after the first 100,000. */
export async function run(): Promise<readonly Figure[]> {
  const server = fork(script('page-server.ts'), [String(PAGES)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const [port] = (await once(server, 'message')) as [number]
  const child = fork(script('as-run.js'), [String(port)], {
    ...launchOptions(),
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const [{ events, memory }] = (await once(child, 'message')) as [
    { events: number; memory: { early: number; peak: number } },
  ]
  server.disconnect()
  if (events !== PAGES * PAGE_SIZE) throw new Error(`${events} events`)
  const [peak, early] = [memory.peak / 1e6, memory.early / 1e6]
  return [
    {
      name: 'memory at 1,000,000 events',
      value: peak,
      unit: 'MB',
      limit: LIMIT_MB,
      limitWhat: 'promise',
      ratio: LIMIT_MB / peak,
    },
    {
      name: 'memory, first 100,000 events',
      value: early,
      unit: 'MB',
      limit: peak,
      limitWhat: 'at a million: flat is 1',
      ratio: early / peak,
    },
  ]
}
