import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { renderReference } from '../../src/api/reference-page.ts'
import { describedApi } from './api-document.ts'
import { apiFiles } from './api-files.ts'
import { typeOf } from './api-type.ts'

const root = join(import.meta.dirname, '../..')
const document = await describedApi('0.1.0')
const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods))

test('the checked-in client and page are those of the API as it is', async () => {
  for (const [path, text] of Object.entries(await apiFiles(root)))
    assert.equal(readFileSync(join(root, path), 'utf8'), text, `${path}: npm run generate`)
})

test('every operation has a name of its own, a summary, a known tag, and says how it fails', () => {
  const ids = operations.map(({ operationId }) => operationId)
  assert.equal(new Set(ids).size, ids.length)
  const tags = document.tags.map(({ name }) => name)
  for (const { operationId, summary, tags: own, responses } of operations) {
    assert.ok(operationId.length > 0 && summary.length > 0, operationId)
    assert.ok(
      own.every((tag) => tags.includes(tag)),
      operationId,
    )
    assert.ok('400' in responses && '500' in responses && '429' in responses, operationId)
  }
})

test('every reference leads to a shape, and every shape is closed', () => {
  const text = JSON.stringify(document)
  for (const [, name = ''] of text.matchAll(/#\/components\/schemas\/(\w+)/g))
    assert.ok(Object.hasOwn(document.components.schemas, name), name)
  for (const [name, schema] of Object.entries(document.components.schemas))
    assert.equal(schema['additionalProperties'], false, name)
})

test('the reference page shows every operation and loads nothing', () => {
  const page = renderReference(document)
  for (const { operationId } of operations) assert.ok(page.includes(`id="${operationId}"`), operationId)
  assert.doesNotMatch(page, /<script|src=|https?:\/\//)
})

test('schemas become types a person would have written', () => {
  assert.equal(typeOf({ type: 'array', items: { $ref: '#/components/schemas/Stream' } }), 'Stream[]')
  assert.equal(typeOf({ type: 'string', enum: ['a', 'b'] }), "'a' | 'b'")
  assert.equal(typeOf({ type: 'object', additionalProperties: true }), 'Record<string, unknown>')
  const object = { type: 'object', properties: { a: { type: 'integer' }, b: {} }, required: ['a'] }
  assert.equal(typeOf(object), '{\n  a: number\n  b?: unknown\n}')
})
