import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { systemClock } from '../lib/clock.ts'
import { emptyFolder, fairlead, servedApp, startFairlead } from './testing/command.ts'

const APP = 'connectors/northwind-docs'
const env = { FAIRLEAD_SECRET_KEY: 'a key of the test' }
const wordsFor = (url: string, state: string) => [
  ...['run', APP, '--at', url, '--set', 'workspace=acme', '--auth', 'API key', '--state', state],
  ...['--stream', 'audit', '--quiet'],
]

test('of two runs on one state file the second is refused; killed with SIGKILL, the first leaves nothing that holds it', async (t) => {
  const folder = await emptyFolder(t)
  const { url } = await servedApp(t, APP, { records: 20 })
  const state = join(folder, 'a.state.json')
  const first = startFairlead([...wordsFor(url, state), '--follow'], { env })
  t.after(() => first.child.kill('SIGKILL'))
  await written(state)
  const before = await readFile(state, 'utf8')

  const second = await fairlead(wordsFor(url, state), { env })
  assert.equal(second.code, 1)
  assert.equal(second.stdout, '')
  assert.match(second.stderr, /^fairlead: STATE_IN_USE another run has .*a\.state\.json open\n {2}Wait /)
  assert.equal(await readFile(state, 'utf8'), before)
  const control = await fairlead(wordsFor(url, join(folder, 'b.state.json')), { env })
  assert.equal(control.code, 0, 'control: with a file of its own it runs')

  first.child.kill('SIGKILL')
  await once(first.child, 'exit')
  assert.deepEqual(await fairlead(wordsFor(url, state), { env }).then(({ code, stderr }) => [code, stderr]), [
    0,
    '',
  ])
})

async function written(path: string): Promise<void> {
  for (let looks = 0; looks < 200; looks++) {
    if ((await readFile(path, 'utf8').catch(() => '')) !== '') return
    await systemClock.sleep(50)
  }
  throw new Error(`${path} is not written`)
}
