import { fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type ClickHouseActivityStore, openActivityStore } from '../../src/store/clickhouse/activity-store.ts'
import { openEngines } from '../../src/store/engines/engines.ts'
import type { Figure } from './bench.ts'
import { QUESTIONS } from './search-questions.ts'

export const name = 'search'

const EVENTS = 10_000_000
const ROUNDS = 20
/** Filling takes minutes: the events stay here for the next time. */
const DIRECTORY = join(tmpdir(), `fairlead-bench-search-${EVENTS}`)
const FILLED = join(DIRECTORY, 'filled')

/**
 * Nine questions of an analyst over 10 million events of one organisation in 90 days, 20 times each after one that does not
 * count: the store on the embedded engine against the same SQL on chDB in the process that asks.
 */
export async function run(): Promise<readonly Figure[]> {
  if (!existsSync(FILLED)) await fill()
  const bare = await inBareEngine('ask', ROUNDS)
  const ours = await withStore(async (store) => {
    const took: number[][] = []
    for (const { ask } of QUESTIONS) {
      await ask(store)
      const times: number[] = []
      for (let round = 0; round < ROUNDS; round++) {
        const startedMs = performance.now()
        await ask(store)
        times.push(performance.now() - startedMs)
      }
      took.push(times)
    }
    return took
  })
  const lines = QUESTIONS.flatMap((question, index) =>
    [0.5, 0.95].map((part) =>
      figure(`${question.name}, p${part * 100}`, part, { ours: ours[index], bare: bare[index] }),
    ),
  )
  return [...lines, figure('search, all questions, p95', 0.95, { ours: ours.flat(), bare: bare.flat() })]
}

type Times = { readonly ours: readonly number[] | undefined; readonly bare: readonly number[] | undefined }

function figure(name: string, part: number, { ours = [], bare = [] }: Times): Figure {
  const [value, limit] = [quantile(ours, part), quantile(bare, part)]
  return { name, value, unit: 'ms', limit, limitWhat: 'same SQL, bare chDB', ratio: limit / value }
}

const quantile = (times: readonly number[], part: number): number =>
  times.toSorted((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * part))] ?? Number.NaN

async function fill(): Promise<void> {
  await rm(DIRECTORY, { recursive: true, force: true })
  await mkdir(DIRECTORY, { recursive: true })
  await withStore((store) => store.prepare())
  await inBareEngine('fill', EVENTS)
  await writeFile(FILLED, '')
}

async function withStore<T>(work: (store: ClickHouseActivityStore) => Promise<T>): Promise<T> {
  const engines = await openEngines({ directory: DIRECTORY, databaseUrl: 'none:', log: () => undefined })
  const store = openActivityStore({ url: engines.clickhouseUrl })
  try {
    return await work(store)
  } finally {
    await store.close()
    await engines.close()
  }
}

async function inBareEngine(task: 'fill' | 'ask', amount: number): Promise<readonly number[][]> {
  const script = fileURLToPath(new URL('search-bare.ts', import.meta.url))
  const child = fork(script, [join(DIRECTORY, 'activity', 'data'), task, String(amount)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const [took] = (await once(child, 'message')) as [number[][]]
  await once(child, 'exit')
  return took
}
