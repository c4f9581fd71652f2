import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join, normalize } from 'node:path'
import { test } from 'node:test'

/** docs/abuse-tests.md promises tests by name: each must be in the file it is said to be in. */

const PAGE = readFileSync('docs/abuse-tests.md', 'utf8')
const ROWS = PAGE.split('\n').filter((line) => /^\| (?!input )(?!-)/.test(line) && !line.startsWith('|---'))
const cellsOf = (row: string) =>
  row
    .slice(1, -1)
    .split(/ \| |^ | $/)
    .filter((cell) => cell !== '')

/** Titles of tests as written, with the parts that are filled in at run time as `…`. */
function titlesIn(path: string): ReadonlySet<string> {
  const text = readFileSync(path, 'utf8')
  const titles = [...text.matchAll(/\btest\(\s*(?<mark>['"`])(?<title>(?:\\.|(?!\k<mark>).)*)\k<mark>/gs)]
  return new Set(titles.map(({ groups }) => open(groups?.['title'] ?? '')))
}

const open = (title: string) =>
  title.replaceAll(/\\(.)/g, '$1').replaceAll(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, '…')

/** Whether a title promised in the page is one of the file: word for word, or with parts that the file's own tables fill in. */
function isIn(path: string, promised: string): boolean {
  const wanted = open(promised)
  const text = readFileSync(path, 'utf8')
  return [...titlesIn(path)].some((title) => {
    if (title === wanted) return true
    const parts = title.split('…').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    const filled = new RegExp(`^${parts.join('(.+?)')}$`, 's').exec(wanted)?.slice(1)
    return filled?.every((part) => part === '…' || text.includes(part)) ?? false
  })
}

type Promise_ = { readonly path: string; readonly title: string }

/** Each quoted title of a row, in the file named before it. */
function promisesOf(row: string): readonly Promise_[] {
  const [, , proof = '', control = ''] = cellsOf(row)
  let path = ''
  return [
    ...`${proof} ${control}`.matchAll(
      /\]\((?<path>[^)]+)\)|(?<=^|[ :])"(?<title>.+?)"(?= |$|[:;,.](?: |$))/g,
    ),
  ].flatMap(({ groups }) => {
    if (groups?.['path'] !== undefined) path = normalize(join('docs', groups['path']))
    return groups?.['title'] === undefined ? [] : [{ path, title: groups['title'] }]
  })
}

test('every row of the page names a proof and a control run', () => {
  assert.ok(ROWS.length > 50)
  for (const row of ROWS) {
    assert.equal(cellsOf(row).length, 4, row)
    assert.ok(
      cellsOf(row).every((cell) => cell.length > 3),
      row,
    )
    assert.notEqual(promisesOf(row).length, 0, row)
  }
})

test('every test that the page names is in the file it names', () => {
  const missing = ROWS.flatMap(promisesOf).filter(
    ({ path, title }) => !existsSync(path) || !isIn(path, title),
  )
  assert.deepEqual(missing, [])
})

test('control: a test that is not there is missed, also one that differs in a filled part', () => {
  const path = 'src/egress/bombs.test.ts'
  assert.ok(isIn(path, '200 encodings: refused, memory stays flat, the next request works'))
  assert.ok(!isIn(path, '201 encodings: refused, memory stays flat, the next request works'))
  assert.ok(!isIn(path, '200 encodings: refused'))
})

test('the page has each number of the list that concerns engine, consent and vault, in order', () => {
  const numbers = [...PAGE.matchAll(/^## (?<numbers>\d+(?:, \d+)*) /gm)].flatMap(({ groups }) =>
    (groups?.['numbers'] ?? '').split(', ').map(Number),
  )
  assert.deepEqual(
    numbers,
    numbers.toSorted((a, b) => a - b),
  )
  const wanted = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 20, 21, 22, 23, 24]
  assert.deepEqual(
    wanted.filter((number) => !numbers.includes(number)),
    [],
  )
})
