import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { holdFile } from './hold-file.ts'

test('a file is held once at a time, also within one process, and again after it was let go', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-hold-'))
  t.after(() => rm(folder, { recursive: true }))
  const path = join(folder, 'a.lock')
  const letGo = await holdFile(path)
  assert.ok(letGo)
  assert.equal(await holdFile(path), undefined)
  assert.ok(await holdFile(join(folder, 'b.lock')))
  letGo()
  const again = await holdFile(path)
  assert.ok(again)
  assert.deepEqual(await readdir(folder), ['a.lock', 'b.lock'])
  assert.deepEqual(await stat(path).then(({ size, mode }) => [size, mode & 0o777]), [0, 0o600])
})

test('a folder that is not there is the error of the file system', () =>
  assert.rejects(holdFile(join(tmpdir(), 'fairlead-none', 'a.lock')), { code: 'ENOENT' }))
