import { type ForkOptions, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { PAGE_SIZE } from './audit-pages.ts'
import type { Figure } from './bench.ts'
import { launchOptions } from './launch.ts'

export const name = 'collect'

const PAGES = 100
const ROUNDS = 5

/**
 * 100,000 events of about 900 bytes, 1,000 a page, over loopback HTTP to NDJSON on /dev/null: the whole pipeline with mapping to OCSF
 * against the plain loop that fetches, parses and stringifies. Both in processes of their own, in turn; the best of five counts.
 */
export async function run(): Promise<readonly Figure[]> {
  const server = fork(fileURLToPath(new URL('page-server.ts', import.meta.url)), [String(PAGES)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const [port] = (await once(server, 'message')) as [number]
  try {
    const ours: Speed[] = []
    const plain: Speed[] = []
    for (let round = 0; round < ROUNDS; round++) {
      plain.push(await speedOf('plain-loop.ts', port))
      ours.push(await speedOf('as-run.js', port, launchOptions()))
    }
    const [value, limit] = [ours, plain].map((runs) =>
      Math.max(...runs.map(({ perSecond }) => perSecond)),
    ) as Pair
    const [busy, plainBusy] = [ours, plain].map((runs) =>
      Math.min(...runs.map(({ busyUs }) => busyUs)),
    ) as Pair
    return [
      {
        name: 'collect 100,000 events to OCSF',
        value,
        unit: 'events/s',
        limit,
        limitWhat: 'plain fetch, parse, stringify',
        ratio: value / limit,
      },
      {
        name: 'collect, all processors',
        value: busy,
        unit: 'us/event',
        limit: plainBusy,
        limitWhat: 'the same',
        ratio: plainBusy / busy,
      },
    ]
  } finally {
    server.disconnect()
  }
}

type Pair = [number, number]
/** `busyUs` is what all threads together took for an event, with what they compiled and collected. */
type Speed = { readonly perSecond: number; readonly busyUs: number }

async function speedOf(script: string, port: number, options: ForkOptions = {}): Promise<Speed> {
  const child = fork(fileURLToPath(new URL(script, import.meta.url)), [String(port)], {
    ...options,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const [{ events, ms, cpuMs }] = (await once(child, 'message')) as [
    { events: number; ms: number; cpuMs: number },
  ]
  await once(child, 'exit')
  if (events !== PAGES * PAGE_SIZE) throw new Error(`${script} gave ${events} events`)
  return { perSecond: (events / ms) * 1000, busyUs: (cpuMs / events) * 1000 }
}
