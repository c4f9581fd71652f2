import assert from 'node:assert/strict'
import { test } from 'node:test'
import { check } from './check.ts'
import { compile } from './compile.ts'
import { explain } from './explain.ts'
import { ACME } from './testing/acme.ts'

/** Numerical Recipes' generator: small, and the same on every machine. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const SCRAPS = [
  '{',
  '}',
  '[',
  ']',
  ': ',
  '- ',
  '\n',
  '  ',
  '"',
  "'",
  '{{ ',
  ' }}',
  '#',
  '|',
  '>',
  '&a',
  '*a',
  '!!x',
  '\u0000',
  '\ud800',
  '...',
  '---\n',
  'null',
  '~',
  '0x',
  '[0]',
  '.x',
  'true',
  'settings.',
  'record',
  '&&',
]

type Change = (text: string, random: (below: number) => number) => string
const CHANGES: readonly Change[] = [
  (text, random) => {
    const at = random(text.length)
    return text.slice(0, at) + text.slice(at + 1 + random(12))
  },
  (text, random) => {
    const at = random(text.length)
    return text.slice(0, at) + SCRAPS[random(SCRAPS.length)] + text.slice(at)
  },
  (text, random) => {
    const at = random(text.length)
    return text.slice(0, at) + String.fromCharCode(random(0x250)) + text.slice(at + 1)
  },
  (text, random) => {
    const lines = text.split('\n')
    const [line = ''] = lines.splice(random(lines.length), 1)
    lines.splice(random(lines.length), 0, line)
    return lines.join('\n')
  },
  (text, random) => {
    const words = text.match(/[\w.]+/g) ?? []
    return text.replace(words[random(words.length)] ?? '', words[random(words.length)] ?? '')
  },
]

test('no change of a manifest makes the checker throw, and what it accepts can be compiled and explained', () => {
  const random = randomFrom(20_261_123)
  const names = Object.keys(ACME)
  let accepted = 0
  for (let i = 0; i < 120; i++) {
    const file = random(3) === 0 ? names[random(names.length)]! : 'connector.yaml'
    let text = ACME[file]!
    for (let n = random(2); n >= 0; n--) text = CHANGES[random(CHANGES.length)]!(text, random)
    const { manifest, complaints } = check({ ...ACME, [file]: text })
    for (const { line, column, message } of complaints) assert.ok(line >= 1 && column >= 1 && message !== '')
    if (manifest === undefined) assert.notEqual(complaints.length, 0)
    else explain(compile(manifest))
    accepted += Number(manifest !== undefined)
  }
  assert.ok(accepted > 5 && accepted < 110, `${accepted} accepted: the changes are too harmless or too harsh`)
})

test('any line of a manifest can be missing', () => {
  const lines = ACME['connector.yaml']!.split('\n')
  for (let i = 0; i < lines.length; i += 3) check({ 'connector.yaml': lines.toSpliced(i, 1).join('\n') })
})

test('a file that is anything but a manifest is complained about', () => {
  for (const text of [
    '',
    '1',
    'a',
    '[]',
    '{}',
    'null',
    'true',
    '- a',
    '"x"',
    '{a: 1}',
    'streams: []',
    'streams: {a: null}',
    'connect: 7\nstreams: x',
    'checks: {a: []}',
  ])
    assert.notEqual(check({ 'connector.yaml': text }).complaints.length, 0, text)
  assert.notEqual(check({}).complaints.length, 0)
})
