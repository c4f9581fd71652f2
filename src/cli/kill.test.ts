import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openEmulator } from '../emulator/emulator.ts'
import { parseFault } from '../emulator/faults.ts'
import { serveEmulator } from '../emulator/serve.ts'
import { systemClock } from '../lib/clock.ts'
import { loadConnector } from '../manifest/compile.ts'
import { readManifest } from '../manifest/read.ts'
import { readSamples } from '../manifest/samples.ts'

const KILLS = 50
const RECORDS = 600
const STREAMS = ['audit', 'sign_ins', 'downloads']
const FAULTS = [
  '429:0.02',
  '500:0.03',
  'truncated:0.03',
  'duplicate:0.03',
  'gzip:0.2',
  '401@60,500,1100,1700',
  'late',
]

/** Random, the same every time. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

async function openTrial() {
  const files = await readManifest('connectors/northwind-docs')
  const { connector } = loadConnector(files)
  assert.ok(connector)
  const faults = FAULTS.map((text) => parseFault(text)!)
  const emulator = openEmulator(connector, readSamples(connector, files), {
    clock: systemClock,
    records: RECORDS,
    faults,
    seed: 'kill',
  })
  const served = await serveEmulator(emulator)
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-kill-'))
  return { emulator, served, folder, state: join(folder, 'state.json') }
}

type Trial = Awaited<ReturnType<typeof openTrial>>

/** Runs the command line as a process of its own; kills it after `killMs`, or lets it end. */
function runOnce(
  { served, folder, state }: Trial,
  run: number,
  killMs: number | undefined,
): Promise<number | null> {
  const out = openSync(join(folder, `${run}.ndjson`), 'w')
  const words = [
    'run',
    'connectors/northwind-docs',
    '--at',
    served.url,
    '--set',
    'workspace=acme',
    '--auth',
    'Service account',
    '--state',
    state,
    '--quiet',
  ]
  const child = spawn(
    process.execPath,
    ['src/main.ts', ...words, ...STREAMS.flatMap((stream) => ['--stream', stream])],
    {
      stdio: ['ignore', out, 'inherit'],
      env: { ...process.env, FAIRLEAD_SECRET_USER: 'a', FAIRLEAD_SECRET_PASSWORD: 'b' },
    },
  )
  closeSync(out)
  const timer = killMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killMs)
  return new Promise((resolve) =>
    child.on('exit', (code) => {
      clearTimeout(timer)
      resolve(code)
    }),
  )
}

/** Whole lines only: a process that is killed may leave half a line behind. */
async function uidsOf(folder: string, runs: number): Promise<Set<string>> {
  const uids = new Set<string>()
  for (let run = 0; run <= runs; run++) {
    const text = await readFile(join(folder, `${run}.ndjson`), 'utf8')
    for (const line of text.split('\n').slice(0, -1))
      uids.add((JSON.parse(line) as { metadata: { uid: string } }).metadata.uid)
  }
  return uids
}

test(`killing run --state ${KILLS} times at random, with faults on, loses no event`, {
  timeout: 300_000,
}, async () => {
  const random = seeded(7)
  const trial = await openTrial()
  try {
    for (let run = 0; run < KILLS; run++) await runOnce(trial, run, 150 + random() * 450)
    let code: number | null = 1
    let runs = KILLS
    for (; code !== 0 && runs < KILLS + 10; runs++) code = await runOnce(trial, runs, undefined)
    assert.equal(code, 0, 'the last run ends well')
    const uids = await uidsOf(trial.folder, runs - 1)
    for (const stream of STREAMS) {
      const held = trial.emulator.rows(stream).map(({ key }) => `northwind-docs:${stream}:${key}`)
      const missing = held.filter((uid) => !uids.has(uid))
      assert.deepEqual(missing.slice(0, 5), [], `${stream}: ${missing.length} of ${held.length} missing`)
      assert.ok(held.length > 0.9 * RECORDS, `${stream}: ${held.length} records`)
    }
    const extra =
      [...uids].length - STREAMS.reduce((sum, stream) => sum + trial.emulator.rows(stream).length, 0)
    assert.equal(extra, 0, 'after de-duplication by id, every event is there once')
  } finally {
    await trial.served.close()
  }
})
