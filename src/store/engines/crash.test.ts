import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createClient } from '@clickhouse/client'
import { Client } from 'pg'
import { openEngines } from './engines.ts'
import { isOurs } from './stale.ts'

const WRITER = fileURLToPath(new URL('./testing/writer.ts', import.meta.url))
const KILLS = 20
const TARGETS = ['postgres', 'activity', 'parent'] as const

type Target = (typeof TARGETS)[number]
type Writer = {
  readonly process: ChildProcess
  readonly pids: { postgres: number; activity: number }
  /** Resolves when each store has acknowledged a row after this call. */
  readonly wrote: () => Promise<void>
}
type Acknowledged = Readonly<Record<'postgres' | 'activity', number[]>>

test(`every acknowledged row is there after ${KILLS} kills of either engine and of their parent`, async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'fairlead-crash-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  const acknowledged: Acknowledged = { postgres: [], activity: [] }
  const random = seeded(20_261_128)
  let writer = startWriter(directory, acknowledged, 0)
  t.after(() => kill9(writer.process))
  const recoveries: number[] = []
  for (let round = 1; round <= KILLS; round++) {
    await writer.wrote()
    await delay(random() * 300)
    const target: Target = TARGETS[Math.floor(random() * TARGETS.length)] ?? 'parent'
    const since = performance.now()
    if (target === 'parent') {
      const engines = { ...writer.pids }
      await kill9(writer.process)
      writer = startWriter(directory, acknowledged, round * 1_000_000)
      await writer.wrote()
      for (const pid of Object.values(engines))
        assert.equal(await isOurs(pid, directory), false, 'an engine outlived its parent')
    } else {
      const pid = writer.pids[target]
      process.kill(pid, 'SIGKILL')
      await writer.wrote()
    }
    recoveries.push(Math.round(performance.now() - since))
  }
  await kill9(writer.process)
  t.diagnostic(`writing again after (ms): ${recoveries.toSorted((a, b) => a - b).join(' ')}`)
  t.diagnostic(
    `acknowledged: ${acknowledged.postgres.length} rows and ${acknowledged.activity.length} events`,
  )

  const engines = await openEngines({ directory, log: () => undefined })
  const database = new Client({ connectionString: engines.databaseUrl })
  await database.connect()
  const { rows } = await database.query<{ n: string }>('select n from written')
  await database.query('reindex table written')
  await database.end()
  const activity = createClient({ url: engines.clickhouseUrl })
  const answer = await activity.query({ query: 'SELECT n FROM written FINAL', format: 'JSONCompactEachRow' })
  const events = (await answer.json<[string]>()).map(([n]) => Number(n))
  await activity.close()
  await engines.close()
  assert.deepEqual(
    missing(
      acknowledged.postgres,
      rows.map(({ n }) => Number(n)),
    ),
    [],
  )
  assert.deepEqual(missing(acknowledged.activity, events), [])
  assert.ok(acknowledged.postgres.length > KILLS && acknowledged.activity.length > KILLS)
})

function missing(wanted: readonly number[], held: readonly number[]): readonly number[] {
  const set = new Set(held)
  return wanted.filter((n) => !set.has(n))
}

function startWriter(directory: string, acknowledged: Acknowledged, first: number): Writer {
  const child = spawn(process.execPath, ['--no-warnings', WRITER, directory, String(first)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (chunk) => {
    said = `${said}${chunk}`.slice(-4000)
  })
  const pids = { postgres: 0, activity: 0 }
  createInterface({ input: child.stdout }).on('line', (line) => {
    const [word, a, b] = line.split(' ')
    if (word === 'pids') Object.assign(pids, { postgres: Number(a), activity: Number(b) })
    else if (word === 'postgres' || word === 'activity') acknowledged[word].push(Number(a))
  })
  return {
    process: child,
    pids,
    wrote: async () => {
      const before = { postgres: acknowledged.postgres.length, activity: acknowledged.activity.length }
      const until = Date.now() + 60_000
      // Two of each: the first may have been on its way when the engine was killed.
      while (
        acknowledged.postgres.length < before.postgres + 2 ||
        acknowledged.activity.length < before.activity + 2
      ) {
        if (child.exitCode !== null || Date.now() > until) throw new Error(`the writer stands still: ${said}`)
        await delay(5)
      }
    },
  }
}

async function kill9(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const closed = new Promise((resolve) => child.once('close', resolve))
  child.kill('SIGKILL')
  await closed
}

function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296
    return state / 4_294_967_296
  }
}
