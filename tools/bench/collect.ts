import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { PAGE_SIZE } from './audit-pages.ts'
import type { Figure } from './bench.ts'

export const name = 'collect'

const PAGES = 100
const ROUNDS = 3

/**
 * 100,000 events of about 900 bytes, 1,000 a page, over loopback HTTP to NDJSON on /dev/null: the whole pipeline with mapping to OCSF
 * against the plain loop that fetches, parses and stringifies. Both in processes of their own, in turn; the best of three counts.
 */
export async function run(): Promise<readonly Figure[]> {
  const server = fork(fileURLToPath(new URL('page-server.ts', import.meta.url)), [String(PAGES)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const [port] = (await once(server, 'message')) as [number]
  try {
    const ours: number[] = []
    const plain: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      plain.push(await eventsPerSecond('plain-loop.ts', port))
      ours.push(await eventsPerSecond('pipeline-loop.ts', port))
    }
    const [value, limit] = [Math.max(...ours), Math.max(...plain)]
    return [
      {
        name: 'collect 100,000 events to OCSF',
        value,
        unit: 'events/s',
        limit,
        limitWhat: 'plain fetch, parse, stringify',
        ratio: value / limit,
      },
    ]
  } finally {
    server.disconnect()
  }
}

async function eventsPerSecond(script: string, port: number): Promise<number> {
  const child = fork(fileURLToPath(new URL(script, import.meta.url)), [String(port), String(PAGES)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const [{ events, ms }] = (await once(child, 'message')) as [{ events: number; ms: number }]
  await once(child, 'exit')
  if (events !== PAGES * PAGE_SIZE) throw new Error(`${script} gave ${events} events`)
  return (events / ms) * 1000
}
