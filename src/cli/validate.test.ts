import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { test } from 'node:test'
import { edited, placeOf } from '../manifest/testing/acme.ts'
import { TEN } from '../manifest/testing/ten-mistakes.ts'
import { emptyFolder, fairlead } from './testing/command.ts'

/** The real binary, on this Node and on the machine's own, which may be older: then it starts the pinned one. */
const BINARY = 'bin/fairlead'
const KEYS = ['code', 'file', 'line', 'column', 'message', 'hint']

function otherNodes(): readonly string[] {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const own = dirname(process.execPath)
  const found = folders.filter((folder) => folder !== own && isOlder(join(folder, 'node')))
  return found.slice(0, 1).map((folder) => join(folder, 'node'))
}

function isOlder(node: string): boolean {
  try {
    return Number.parseInt(execFileSync(node, ['--version'], { encoding: 'utf8' }).slice(1), 10) < 24
  } catch {
    return false
  }
}

const [older] = otherNodes()
const NODES: readonly [what: string, node: string | undefined][] = [
  ['this Node', process.execPath],
  ['an older Node of the machine', older],
]
for (const [what, node] of NODES) {
  const skip = node === undefined && 'no older Node on this machine'
  test(`on ${what}, ten mistakes are reported at once as JSON, each at its line, exit 1`, {
    skip,
  }, async (t) => {
    const folder = await emptyFolder(t)
    const files = edited(...TEN)
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true })
      await writeFile(join(folder, name), text)
    }
    const start = [node!, BINARY] as const
    const { code, stdout, stderr } = await fairlead(['validate', '--format', 'json', folder], { start })
    assert.deepEqual([code, stderr], [1, ''])
    const complaints = JSON.parse(stdout) as Record<string, unknown>[]
    for (const complaint of complaints) {
      assert.deepEqual(Object.keys(complaint).slice(0, KEYS.length), KEYS)
      assert.ok(KEYS.every((key) => complaint[key] !== '' && complaint[key] !== null))
    }
    const lines = TEN.map(({ file = 'connector.yaml', to }) => {
      const changed = to.split(/[:,]? /).find((word) => !ORIGINAL.includes(word)) ?? to
      return `${join(folder, file)}:${placeOf(files[file]!, changed).line}`
    })
    assert.equal(new Set(lines).size, 10)
    const reported = new Set(complaints.map(({ file, line }) => `${file}:${line}`))
    assert.deepEqual(
      lines.filter((line) => !reported.has(line)),
      [],
    )
    const whole = await fairlead(['validate', '--format', 'json', 'src/manifest/fixtures/acme'], { start })
    assert.deepEqual(whole, { code: 0, stdout: '[]\n', stderr: '' }, 'control: without the mistakes, nothing')
  })
}
const ORIGINAL = Object.values(edited()).join('\n')

test('every shipped connector validates, also strictly', async () => {
  const names = await readdir('connectors')
  const { code, stdout } = await fairlead([
    'validate',
    '--strict',
    ...names.map((name) => join('connectors', name)),
  ])
  assert.equal(stdout, `${names.length} manifests checked: 0 errors, 0 warnings\n`)
  assert.equal(code, 0)
})

test('a manifest from standard input, and one of another name, are reported under the name they were given', async (t) => {
  const text = 'fairlead: 1\nap: {}\n'
  const piped = await fairlead(['validate', '-'], { stdin: text })
  assert.match(piped.stdout, /^ {2}-:2:1 FIELD_UNKNOWN /m)
  const path = join(await emptyFolder(t), 'other.yaml')
  await writeFile(path, text)
  const named = await fairlead(['validate', path])
  assert.ok(named.stdout.includes(`  ${path}:2:1 FIELD_UNKNOWN `), named.stdout)
  assert.deepEqual([piped.code, named.code], [1, 1])
})
