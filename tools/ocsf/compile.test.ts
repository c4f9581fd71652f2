import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { attributeAt } from '../../src/ocsf/attribute-at.ts'
import { CLASS_UIDS, OCSF_VERSION, objectByName, requireClass, type Shape } from '../../src/ocsf/tables.ts'
import { type CompiledObject, compileSchema } from './compile.ts'
import { digestOf } from './digest.ts'
import { generatedFiles } from './generate.ts'
import { readOfficialDigest, readPinnedSchema } from './pinned.ts'

const schema = compileSchema(readPinnedSchema())

test('our compiler agrees with the official one on every class, object and attribute', () => {
  const ours = digestOf(schema)
  const official = readOfficialDigest()
  const attributes = Object.keys(official).filter((name) => name.includes('.'))
  assert.equal(attributes.length, 7203)
  assert.deepEqual(ours, official)
})

test('the generated files are what the generator makes of the pinned release', () => {
  for (const [path, text] of Object.entries(generatedFiles()))
    assert.equal(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'), text, path)
})

test('the pinned release is the version that events declare', () => {
  assert.equal(schema.version, OCSF_VERSION)
})

test('the tables loaded at run time say what the compiler found, attribute by attribute', () => {
  let compared = 0
  const compare = (shape: Shape, item: CompiledObject): void => {
    assert.deepEqual([...shape.attributes.keys()].sort(), Object.keys(item.attributes).sort(), shape.name)
    for (const [name, attribute] of Object.entries(item.attributes)) {
      const loaded = shape.attributes.get(name)!
      const captions = Object.entries(attribute.enum ?? {}).map(([id, { caption }]) => [id, caption])
      assert.deepEqual(
        [loaded.type, loaded.object, loaded.isArray, loaded.requirement, loaded.profiles, loaded.sibling],
        [
          ...[attribute.type, attribute.object_type, attribute.is_array ?? false, attribute.requirement],
          ...[attribute.profiles ?? undefined, attribute.sibling],
        ],
        `${shape.name}.${name}`,
      )
      assert.deepEqual(loaded.enum ?? {}, Object.fromEntries(captions), `${shape.name}.${name}`)
      assert.equal(loaded.deprecated !== undefined, attribute['@deprecated'] !== undefined)
      compared++
    }
    assert.deepEqual(shape.constraints, item.constraints ?? {})
  }
  for (const item of Object.values(schema.classes)) compare(requireClass(item.uid), item)
  for (const [name, item] of Object.entries(schema.objects)) compare(objectByName(name)!, item)
  assert.equal(compared, 7203)
  assert.equal(CLASS_UIDS.length, 83)
})

test('an attribute is observable by its own mark, by its object or by its data type', () => {
  const observableAt = (path: string) => attributeAt(3002, path).attribute?.observable
  assert.equal(observableAt('user.uid'), 31)
  assert.equal(observableAt('user'), 21)
  assert.equal(observableAt('src_endpoint.ip'), 2)
  assert.equal(observableAt('status_code'), undefined)
})
