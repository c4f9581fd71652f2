import assert from 'node:assert/strict'
import { cp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { LIVE_TEXTS } from '../lib/testing/live-texts.ts'
import { serveNorthwind } from '../sync/testing/platform.ts'
import { logLine } from './style.ts'
import { emptyFolder, fairlead, startFairlead } from './testing/command.ts'

/** Abuse test 11 at a terminal and in a log: names that would clear the screen, begin a line, or turn a line round. */

const APP = 'connectors/northwind-docs'
const env = { FAIRLEAD_SECRET_KEY: 'a key of the test' }
const NAMES = Object.values(LIVE_TEXTS)
/** What a terminal obeys instead of showing it. */
const OBEYED = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u
const MAINTENANCE = { error: { code: 'maintenance', message: NAMES.join(' ') } }

/** As a manifest must write it: characters that nobody sees are refused in its own text. */
const written = (text: string) =>
  JSON.stringify(text).replaceAll(/[^ -~]/gu, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)

type Entry = { readonly actor?: object }
const linesOf = (text: string) => text.split('\n').slice(0, -1)

/** The invented app, whose people have these names; `isDown` answers with them as its error. */
async function collected(t: Parameters<typeof emptyFolder>[0], format: 'pretty' | 'ndjson', isDown = false) {
  let row = 0
  const named = (entry: Entry) => ({
    ...entry,
    actor: { id: `u${row}`, name: NAMES[row % NAMES.length], type: 'user' },
    at: new Date(Date.now() - 3_600_000 - ++row * 1_000).toISOString(),
  })
  const { url } = await serveNorthwind(t, { records: 33 }, async (request, answer) => {
    const told = await answer()
    if (!request.url.pathname.endsWith('/audit')) return told
    if (isDown) return { ...told, status: 400, body: JSON.stringify(MAINTENANCE) }
    const page = JSON.parse(String(told.body)) as { entries: readonly Entry[] }
    return { ...told, body: JSON.stringify({ ...page, entries: page.entries.map(named) }) }
  })
  const words = ['run', APP, '--at', url, '--set', 'workspace=acme', '--auth', 'API key', '--stream', 'audit']
  const run = startFairlead([...words, '--format', format], { env })
  // It tries again for minutes; the first time says all there is to see.
  if (isDown) run.child.stderr?.on('data', (text) => /attempt/.test(String(text)) && run.child.kill('SIGINT'))
  return run.ended
}

test('events with such names are one line each, which nothing in it turns round or breaks; as NDJSON the names are byte for byte', async (t) => {
  const pretty = await collected(t, 'pretty')
  const exact = await collected(t, 'ndjson')
  assert.deepEqual([pretty.code, exact.code], [0, 0], pretty.stderr + exact.stderr)
  const lines = linesOf(pretty.stdout)
  const events = linesOf(exact.stdout).map(
    (line) => JSON.parse(line) as { actor: { user: { name: string } } },
  )
  assert.equal(lines.length, events.length)
  for (const line of lines) assert.doesNotMatch(line, OBEYED)
  for (const line of linesOf(exact.stdout)) assert.ok([...line].every((character) => character >= ' '))
  const names = new Set(events.map(({ actor }) => actor.user.name))
  assert.deepEqual(names, new Set(NAMES), 'control: the names arrived as they are')
  assert.ok(lines.some((line) => line.includes('\\u001b[2J')))
})

test('an app that says such things in its error is quoted in one line that does nothing', async (t) => {
  const { stderr, code } = await collected(t, 'pretty', true)
  assert.equal(code, 130)
  assert.match(stderr, /\{\{7\*7\}\}/, 'control: it is quoted')
  for (const line of linesOf(stderr)) assert.doesNotMatch(line, OBEYED)
  assert.ok(linesOf(stderr).every((line) => !line.startsWith('Bcc:')))
})

test('a manifest with such a title, or a file of such a name, is complained of in text that does nothing', async (t) => {
  const folder = join(await emptyFolder(t), 'app')
  await cp(APP, folder, { recursive: true })
  const file = join(folder, 'connector.yaml')
  const text = await readFile(file, 'utf8')
  const named = `checks/${LIVE_TEXTS['terminal']}${LIVE_TEXTS['direction']}`.slice(0, 60)
  await writeFile(join(folder, `${named}.yaml`), 'title: 1')
  const complained = await fairlead(['validate', folder])
  await rm(join(folder, `${named}.yaml`))
  await writeFile(file, text.replace('title: Audit log', `title: ${written(NAMES.join(' '))}`))
  const hidden = await fairlead(['explain', folder])
  for (const { stdout, stderr } of [complained, hidden])
    for (const line of linesOf(stdout + stderr)) assert.doesNotMatch(line, OBEYED)
  assert.match(complained.stdout, /\\u001b\[2J/, 'control: the name is told')
  assert.match(hidden.stderr, /YAML_SYNTAX this text holds the hidden character/)
})

test('a message is one line of a log, whatever is in it', () => {
  for (const name of NAMES) {
    const line = logLine('api', `request failed: Error: ${name}\n    at here`)
    assert.doesNotMatch(line, OBEYED)
    assert.match(line, /^api: request failed: Error: .* \| at here$/s)
  }
})
