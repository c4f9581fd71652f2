import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { isFault } from '../lib/fault.ts'
import type { Batch, Position } from '../model/collection.ts'
import { runStream } from './pipeline.ts'
import { openStateFile } from './state-file.ts'

const position = (fromMs: number): Position => ({ version: 1, partitions: { '': { fromMs } } })
const batch = (record: unknown, at?: number): Batch => ({
  stream: 's',
  rows: [{ record }],
  env: {},
  filtered: 0,
  unreadable: [],
  ...(at === undefined ? {} : { position: position(at) }),
})
const BATCHES = [batch('a'), batch('b', 1), batch('c', 2)]
const nothing = { quarantined: [], unmapped: new Map(), unfit: new Map() }

function stages(written: unknown[], positions: Stages['positions'], failAt?: unknown) {
  return {
    pages: async function* (from: Position | undefined) {
      yield* BATCHES.slice(
        (from?.partitions['']?.fromMs ?? 0) === 0 ? 0 : (from?.partitions['']?.fromMs ?? 0) + 1,
      )
    },
    normalize: ({ rows }: Batch) => ({ events: rows.map(({ record }) => ({ record })), ...nothing }),
    write: async ({ events }: { events: readonly object[] }) => {
      const [event] = events as { record: unknown }[]
      if (event?.record === failAt) throw new Error('disk full')
      written.push(event?.record)
    },
    positions,
  }
}
type Stages = Parameters<typeof runStream>[0]

function memoryPositions(): Stages['positions'] {
  let kept: Position | undefined
  return {
    read: async () => kept,
    save: async (next) => {
      kept = next
    },
  }
}

test('a page that cannot be written does not move the position, and the next run repeats from the last saved one', async () => {
  const written: unknown[] = []
  const positions = memoryPositions()
  await assert.rejects(runStream(stages(written, positions, 'c')), /disk full/)
  assert.deepEqual(await positions.read(), position(1))
  await runStream(stages(written, positions))
  assert.deepEqual(written, ['a', 'b', 'c'])
  assert.deepEqual(await positions.read(), position(2))
})

test('a page in the middle of a window is written but never saved as a position', async () => {
  const positions = memoryPositions()
  await assert.rejects(runStream(stages([], positions, 'b')), /disk full/)
  assert.equal(await positions.read(), undefined)
})

test('a state file keeps every stream, is replaced as a whole and leaves no temporary file behind', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-state-'))
  const path = join(folder, 'state.json')
  const state = await openStateFile(path, 'acme')
  await Promise.all([state.positionsOf('a').save(position(1)), state.positionsOf('b').save(position(2))])
  state.close()
  const again = await openStateFile(path, 'acme')
  assert.deepEqual(await again.positionsOf('a').read(), position(1))
  assert.deepEqual(await again.positionsOf('b').read(), position(2))
  assert.deepEqual(await readdir(folder), ['state.json', 'state.json.lock'])
})

for (const [what, text] of [
  ['cut short', '{"fairlead":1,"conn'],
  ['of another version', '{"fairlead":2,"connector":"acme","streams":{}}'],
  ['of another connector', '{"fairlead":1,"connector":"other","streams":{}}'],
] as const) {
  test(`a state file that is ${what} is refused and left as it is`, async () => {
    const path = join(await mkdtemp(join(tmpdir(), 'fairlead-state-')), 'state.json')
    await writeFile(path, text)
    await assert.rejects(openStateFile(path, 'acme'), (error) => isFault(error, 'STATE_UNREADABLE'))
    assert.equal(await readFile(path, 'utf8'), text)
  })
}
