import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FORM_ROWS } from './functions/form.ts'
import { FUNCTION_GROUPS } from './functions/table.ts'
import { renderExpressionReference } from './reference.ts'

test('the reference has a heading and every example of every function and form', () => {
  const page = renderExpressionReference()
  for (const { name, examples } of [...FORM_ROWS, ...FUNCTION_GROUPS.flatMap((group) => group.rows)]) {
    assert.ok(page.includes(`### \`${name}\``), name)
    for (const [source] of examples) assert.ok(page.includes(`${source}  // `), source)
  }
})

test('the reference shows whole numbers as int, not as what they travel as', () => {
  assert.match(renderExpressionReference(), /string\.charAt\(int\) -> string/)
  assert.doesNotMatch(renderExpressionReference(), /-> index/)
})
