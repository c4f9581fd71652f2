import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { main } from './main.ts'
import { emptyFolder, servedApp } from './testing/command.ts'

/** What a person who makes a mistake at the prompt is told, in one line and the advice; never a stack. */

const APP = 'connectors/northwind-docs'

async function at(words: readonly string[], stop = new AbortController()) {
  const [stdout, stderr, stdin] = [new PassThrough(), new PassThrough(), new PassThrough()]
  const said = Promise.all([text(stdout), text(stderr)])
  const shared = { isInteractive: false, hasColor: false, env: {}, signal: stop.signal }
  const code = await main(words, { stdout, stderr, stdin, ...shared })
  stdout.end()
  stderr.end()
  const [out, errors] = await said
  return { code, out, errors }
}

const MISTAKES: readonly [words: readonly string[], code: number, told: RegExp][] = [
  [['valdate'], 2, /^fairlead: there is no verb "valdate"; did you mean validate\? See fairlead --help\.\n$/],
  [['valid'], 2, /did you mean validate\?/],
  [['frobnicate'], 2, /there is no verb "frobnicate"\. See/],
  [['constructor'], 2, /there is no verb "constructor"\. See/],
  [['validate'], 2, /fairlead validate PATH…: a path is missing/],
  [['validate', 'x', '--formt', 'json'], 2, /--formt is not an option of validate; did you mean --format\?/],
  [['validate', 'x', '--format', 'xml'], 2, /--format xml: one of text, json/],
  [['run', APP, '-x'], 2, /-x is not an option of run/],
  [['explain', 'a', 'b'], 2, /wrong number of paths/],
  [['validate', 'nothere'], 1, /MANIFEST_UNREADABLE nothere: ENOENT/],
  [['validate', '/dev/null'], 1, /MANIFEST_UNREADABLE \/dev\/null is neither a file nor a folder/],
  [['validate', 'docs'], 1, /MANIFEST_UNREADABLE docs has no connector\.yaml/],
  [['run', APP, '--auth', 'Nobody'], 1, /there is no auth method "Nobody"; known: "Administrator"/],
  [
    ['run', APP, '--auth', 'API key'],
    1,
    /not given:\n {4}setting workspace .*--set workspace=…\n {4}secret key/,
  ],
  [['run', APP, '--set', 'workspac=x'], 1, /there is no setting workspac; did you mean workspace\?/],
  [['run', APP, '--set', 'client_secret=x'], 2, /client_secret is a secret: give it by FAIRLEAD_SECRET_/],
  [['run', APP, '--set', 'workspace'], 2, /--set workspace: write NAME=VALUE/],
  [['run', APP, '--secrets', 'nothere'], 1, /--secrets nothere: the file cannot be read: ENOENT/],
  [['mock', APP, '--port', '70000'], 2, /a port is at most 65535/],
  [['mock', APP, '--port', 'any'], 2, /--port any: a whole number/],
  [['mock', APP, '--fault', 'bad'], 2, /--fault bad: there are 429, 401/],
  [['pack', APP], 2, /pack needs --key FILE; --new-key makes one/],
  [['pack', APP, '--key', 'nothere'], 2, /--key nothere: cannot be read/],
  [['verify', 'nothere'], 1, /PACKAGE_INVALID nothere: ENOENT/],
  [['init', 'Bad Name'], 2, /name the folder in lower-case letters/],
  [['init', 'docs'], 2, /docs is not empty: nothing was written/],
]
for (const [words, code, told] of MISTAKES) {
  test(`fairlead ${words.join(' ')}: exit ${code}, and what to do`, async () => {
    const ended = await at(words)
    assert.match(ended.errors, told)
    assert.doesNotMatch(ended.errors, /^ {4}at /m)
    assert.deepEqual([ended.code, ended.out], [code, ''])
  })
}

test('a secrets file that is wrong is named with its line, and nothing of it is shown', async (t) => {
  const folder = await emptyFolder(t)
  const path = join(folder, 'secrets')
  const words = ['run', APP, '--set', 'workspace=acme', '--auth', 'API key', '--secrets', path]
  for (const [text, told] of [
    ['# mine\n\nhunter2\n', /SETTING_INVALID --secrets .*secrets, line 3: write NAME=VALUE/],
    [
      `key=@${folder}/hunter2\n`,
      /SETTING_MISSING --secrets .*secrets, line 1: the file cannot be read: ENOENT/,
    ],
  ] as const) {
    await writeFile(path, text)
    const { code, errors } = await at(words)
    assert.equal(code, 1)
    assert.match(errors, told)
    assert.doesNotMatch(errors, /hunter2/)
  }
})

test('a secret from a file of its own has no line end', async (t) => {
  const folder = await emptyFolder(t)
  await writeFile(join(folder, 'token'), 'k-1\r\n')
  await writeFile(join(folder, 'secrets'), `key=@${folder}/token\r\n`)
  const { url } = await servedApp(t, APP, { secrets: { key: 'k-1' } })
  const words = ['connect', APP, '--at', url, '--set', 'workspace=acme', '--auth', 'API key']
  assert.deepEqual((await at([...words, '--secrets', join(folder, 'secrets')])).code, 0)
  await writeFile(join(folder, 'token'), 'k-2')
  assert.deepEqual((await at([...words, '--secrets', join(folder, 'secrets')])).code, 1, 'control')
})

test('a port that is taken is said to be taken', async (t) => {
  const { url } = await servedApp(t, APP)
  const ended = await at(['mock', APP, '--port', new URL(url).port])
  assert.match(ended.errors, /--port \d+: EADDRINUSE; 0 takes a free one/)
  assert.equal(ended.code, 2)
})

test('an interrupt ends a command that waits for standard input', async () => {
  const stop = new AbortController()
  const ended = at(['validate', '-'], stop)
  setTimeout(() => stop.abort(new Error('interrupted')), 200)
  assert.equal((await ended).code, 130)
})

test('every verb has help that names its options, and an example that is a command line', async () => {
  const overview = await at(['--help'])
  const verbs = [...overview.out.matchAll(/^ {2}(\w+) /gm)].map(([, name]) => name!)
  assert.ok(verbs.length >= 11)
  for (const verb of verbs) {
    const { code, out } = await at([verb, '--help'])
    assert.equal(code, 0)
    assert.match(out, new RegExp(`^fairlead ${verb}`))
    assert.match(out, /^Examples:\n {2}(fairlead|npm)/m)
  }
})
