import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { emptyFolder, fairlead } from './testing/command.ts'

/** Three neighbours that one double stands for. */
const IDS = ['4611700418812345601', '4611700418812345602', '4611700418812345603']

test('identifiers beyond 2^53 are exact from the samples through the emulator to the golden output', async (t) => {
  const folder = join(await emptyFolder(t), 'acme')
  assert.equal((await fairlead(['init', folder])).code, 0)
  const sample = join(folder, 'samples', 'audit.json')
  const text = await readFile(sample, 'utf8')
  await writeFile(
    sample,
    text.replaceAll(/"e-(\d)"/g, (_, n) => IDS[Number(n) - 1]!),
  )

  const { code, stdout } = await fairlead(['test', '--update', folder])
  assert.equal(code, 0, stdout)
  const golden = await readFile(join(folder, 'golden', 'audit.json'), 'utf8')
  const uids = [...golden.matchAll(/"original_event_uid": "(\d+)"/g)].map(([, uid]) => uid)
  assert.deepEqual(uids, IDS)
})
