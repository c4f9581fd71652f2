import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { inspect } from 'node:util'
import { loadRootKeys, readRootKeys } from './root-keys.ts'

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'fairlead-root-'))
  t.after(() => rm(path, { recursive: true }))
  return path
}
const load = (path: string, given?: string) => loadRootKeys({ given, path, random: randomBytes })

test('the key file is made once, for its owner only, and found again', async (t) => {
  const path = join(await folder(t), '.fairlead', 'root.key')
  const first = await load(path)
  assert.deepEqual([first.isNew, first.source], [true, path])
  assert.equal((await stat(path)).mode & 0o777, 0o600)
  const again = await load(path)
  assert.deepEqual([again.isNew, again.keys[0].id], [false, first.keys[0].id])
  assert.deepEqual(await readdir(join(path, '..')), ['root.key'])
})

test('of many that start at once, all have the key of one', async (t) => {
  const path = join(await folder(t), 'root.key')
  const all = await Promise.all(Array.from({ length: 8 }, () => load(path)))
  assert.equal(new Set(all.map(({ keys }) => keys[0].id)).size, 1)
  assert.equal(all.filter(({ isNew }) => isNew).length, 1)
})

test('a key from the environment wins, and no file is made', async (t) => {
  const path = await folder(t)
  const given = randomBytes(32).toString('base64')
  const { keys, source } = await load(
    join(path, 'root.key'),
    `${given}, ${randomBytes(32).toString('base64url')}`,
  )
  assert.deepEqual([keys.length, source], [2, 'FAIRLEAD_ROOT_KEY'])
  assert.deepEqual(await readdir(path), [])
  assert.ok(!inspect(keys, { depth: 9 }).includes(given) && !JSON.stringify(keys).includes(given))
})

test('no key, a short one, a long one and one that is no base64 are refused without being quoted', async () => {
  await assert.rejects(loadRootKeys({ given: undefined, random: randomBytes }), { code: 'VAULT_KEY_MISSING' })
  assert.throws(() => readRootKeys(' \n', 'x'), { code: 'VAULT_KEY_MISSING' })
  for (const bytes of [16, 31, 33, 64]) {
    const word = randomBytes(bytes).toString('base64')
    assert.throws(
      () => readRootKeys(word, 'x'),
      (error: Error) => 'code' in error && error.code === 'VAULT_KEY_WRONG' && !error.message.includes(word),
    )
  }
  assert.throws(() => readRootKeys('!'.repeat(43), 'x'), { code: 'VAULT_KEY_WRONG' })
})

test('a key file that others can read, or that is damaged, is refused', async (t) => {
  const path = join(await folder(t), 'root.key')
  await load(path)
  await chmod(path, 0o644)
  await assert.rejects(load(path), { code: 'VAULT_KEY_WRONG' })
  await chmod(path, 0o600)
  const text = await readFile(path, 'utf8')
  await writeFile(path, text.slice(4))
  await assert.rejects(load(path), { code: 'VAULT_KEY_WRONG' })
})
