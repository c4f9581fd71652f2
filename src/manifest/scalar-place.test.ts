import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ScalarNode } from './node.ts'
import { parseYaml } from './parse.ts'
import { placeInScalar } from './scalar-place.ts'
import { placeOf } from './testing/acme.ts'

const CASES: readonly [style: string, yaml: string][] = [
  ['plain', 'a: record.one == HERE && x'],
  ['plain over lines', 'a: record.one\n  && record.two\n  && HERE'],
  ['single quotes', "a: 'x ''quoted'' HERE'"],
  ['double quotes', 'a: "x \\"quoted\\" \\u0041 \\n HERE"'],
  ['double quotes over lines', 'a: "x\n  y \\\n  z HERE"'],
  ['literal', 'a: |\n    first\n      second\n    HERE'],
  ['folded', 'a: >-\n  first\n  second\n\n  HERE and more'],
]

for (const [style, yaml] of CASES) {
  test(`a character of a text in ${style} is found where it stands in the file`, () => {
    const { root } = parseYaml('a.yaml', yaml)
    assert.equal(root?.kind, 'map')
    const node = root?.kind === 'map' ? (root.entries[0]?.value as ScalarNode) : undefined
    const offset = String(node?.value).indexOf('HERE')
    assert.notEqual(offset, -1)
    const { line, column } = placeInScalar(node!, offset)
    assert.deepEqual({ line, column }, placeOf(yaml, 'HERE'))
  })
}
