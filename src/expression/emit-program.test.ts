import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Failure, type Program } from '../model/expression.ts'
import { compileExpression } from './compile.ts'
import { constant, emitProgram, quote, startEmission } from './emit-program.ts'
import { link } from './link.ts'

const SCOPE = { record: 'dyn', parent: 'map' } as const

function programOf(source: string): Program {
  const compiled = compileExpression(source, SCOPE)
  if ('problems' in compiled) throw new Error(JSON.stringify(compiled.problems))
  return compiled.program
}

/** What a back end does: many programs, one function. */
function linkAll(sources: readonly string[]): { run: (...values: unknown[]) => unknown; text: string } {
  const programs = sources.map(programOf)
  const emission = startEmission({ names: ['record', 'parent'], programs })
  const parts = programs.map((program) => emitProgram(program, emission))
  const results = parts.map((part) => part.result).join(', ')
  const text = [...emission.prelude, ...parts.map((part) => part.statements), `return [${results}]`].join(
    '\n',
  )
  const names = ['record', 'parent'].map((name) => emission.variables.get(name)!)
  return { run: link(names, text, emission), text }
}

const SOURCES = [
  'record.actor.id',
  "record.actor.kind == 'admin'",
  'record.actor.gone',
  "record.items.map(i, i.name).join(', ')",
  'parent.id',
  "default(record.ip, 'none')",
  "{'on': 'active'}[record.state]",
  'size(record.items)',
]
const RECORD = { actor: { id: 'u-1', kind: 'admin' }, items: [{ name: 'a' }, { name: 'b' }], state: 'on' }

test('many programs make one function with the values they have alone', () => {
  const env = { record: RECORD, parent: { id: 7 } }
  const together = linkAll(SOURCES).run(env.record, env.parent)
  assert.deepEqual(
    together,
    SOURCES.map((source) => programOf(source).evaluate(env)),
  )
  assert.equal(Array.isArray(together) && together[2] instanceof Failure, true)
})

test('what several programs read is read once', () => {
  const { text } = linkAll(SOURCES)
  assert.equal(text.split('?.actor').length - 1, 1)
  assert.equal(text.split('?.items').length - 1, 1)
})

test('a shared path that the record lacks is missing for every program, and no more', () => {
  const values = linkAll(['record.actor.id', 'record.actor.kind', 'parent.id']).run({}, { id: 7 })
  assert.ok(Array.isArray(values))
  assert.deepEqual(
    values.map((value) => (value instanceof Failure ? value.message : value)),
    ['record has no "actor"', 'record has no "actor"', 7],
  )
})

test('every program has a budget of its own', () => {
  const heavy = 'record.l.all(a, record.l.all(b, a < b || true))'
  const values = linkAll([heavy, 'record.l.all(a, true)']).run(
    { l: Array.from({ length: 3000 }, (_, i) => i) },
    {},
  )
  assert.ok(Array.isArray(values))
  assert.ok(values[0] instanceof Failure && values[0].reason === 'budget')
  assert.equal(values[1], true)
})

test('a back end hands over values of its own by name, and texts quoted', () => {
  const emission = startEmission({ names: [], programs: [] })
  const body = `return [${constant(emission, Math.max)}(1, 2), ${quote('"\u2028')}]`
  assert.deepEqual(link([], body, emission)(), [2, '"\u2028'])
})

test('a name that the emission was not told about is a mistake of the back end', () => {
  const emission = startEmission({ names: ['record'], programs: [] })
  assert.throws(() => emitProgram(programOf('parent'), emission), /"parent"/)
})

test('comparisons with literals are plain JavaScript, and only what needs a budget starts one', () => {
  const textOf = (source: string): string => linkAll([source]).text
  assert.match(textOf("record.kind == 'admin'"), /=== "admin"/)
  assert.match(textOf('record.count > 3'), /typeof (\w+) === "number" \? \1 > 3/)
  assert.match(textOf('record.count == 3'), /typeof (\w+) === "number" \? \1 === 3/)
  assert.match(textOf("size(record.tags.split(',')) > 3"), / > 3\)/)
  for (const source of ["record.kind == 'admin' && record.count > 3.0", "record.kind in ['a', 'b']"]) {
    assert.doesNotMatch(textOf(source), /equals|contains/)
  }
  assert.doesNotMatch(textOf("record.kind == 'admin' && has(record.count)"), /begin/)
  assert.match(textOf('record.a == record.b'), /begin/)
})
