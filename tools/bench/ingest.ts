import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openEngines } from '../../src/store/engines/engines.ts'
import { PAGE_SIZE } from './audit-pages.ts'
import type { Figure } from './bench.ts'

export const name = 'ingest'

const PAGES = 50
const ROUNDS = 3

/**
 * 50,000 events of about 900 bytes, 1,000 a page, from loopback HTTP to the embedded activity engine, on disk: the pipeline with mapping,
 * hoisting, search index and exactly-once against a plain loop that fetches, parses and inserts what it got. In processes of their
 * own, in turn; the best of three counts.
 */
export async function run(): Promise<readonly Figure[]> {
  const directory = await mkdtemp(join(tmpdir(), 'fairlead-bench-ingest-'))
  const engines = await openEngines({ directory, databaseUrl: 'none:', log: () => undefined })
  const server = fork(path('page-server.ts'), [String(PAGES)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const [port] = (await once(server, 'message')) as [number]
  try {
    const ours: number[] = []
    const plain: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      plain.push(await eventsPerSecond('ingest-plain.ts', [port, engines.clickhouseUrl, round]))
      ours.push(await eventsPerSecond('ingest-loop.ts', [port, engines.clickhouseUrl, round]))
    }
    const [value, limit] = [Math.max(...ours), Math.max(...plain)]
    const limitWhat = 'plain fetch, parse, insert'
    return [{ name: 'ingest to searchable', value, unit: 'events/s', limit, limitWhat, ratio: value / limit }]
  } finally {
    server.disconnect()
    await engines.close()
    await rm(directory, { recursive: true, force: true })
  }
}

const path = (script: string): string => fileURLToPath(new URL(script, import.meta.url))

async function eventsPerSecond(script: string, args: readonly (string | number)[]): Promise<number> {
  const child = fork(path(script), args.map(String), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const [{ events, ms }] = (await once(child, 'message')) as [{ events: number; ms: number }]
  await once(child, 'exit')
  if (events !== PAGES * PAGE_SIZE) throw new Error(`${script} kept ${events} events`)
  return (events / ms) * 1000
}
