import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { manifestOfText, readManifest } from './read.ts'

const folder = mkdtempSync(join(tmpdir(), 'manifest-'))
after(() => rmSync(folder, { recursive: true }))
const put = (path: string, content: string | Uint8Array) => {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), content)
}

test('a folder is its YAML and its samples, and nothing else', async () => {
  for (const path of [
    'connector.yaml',
    'mappings/a.yaml',
    'checks/b.yml',
    'samples/users.json',
    'golden/users.json',
    'golden/x.yaml',
    '.hidden/c.yaml',
    'README.md',
    'other.json',
  ])
    put(join('whole', path), path)
  const files = await readManifest(join(folder, 'whole'))
  assert.deepEqual(Object.keys(files), [
    'checks/b.yml',
    'connector.yaml',
    'mappings/a.yaml',
    'samples/users.json',
  ])
  assert.equal(files['mappings/a.yaml'], 'mappings/a.yaml')
  assert.deepEqual(await readManifest(join(folder, 'whole/connector.yaml')), files)
})

test('a single file of another name is a manifest of its own, as is a text', async () => {
  put('single.yaml', 'fairlead: 1')
  assert.deepEqual(await readManifest(join(folder, 'single.yaml')), { 'connector.yaml': 'fairlead: 1' })
  assert.deepEqual(manifestOfText('fairlead: 1'), { 'connector.yaml': 'fairlead: 1' })
})

test('what cannot be read is a fault that says why', async () => {
  put('latin/connector.yaml', Buffer.from('name: Zo\xeb', 'latin1'))
  put('empty/notes.txt', '')
  for (const [path, message] of [
    ['nowhere', /ENOENT/],
    ['empty', /has no connector\.yaml/],
    ['latin', /is not UTF-8/],
  ] as const)
    await assert.rejects(readManifest(join(folder, path)), { code: 'MANIFEST_UNREADABLE', message })
})
