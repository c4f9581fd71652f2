import assert from 'node:assert/strict'
import { test } from 'node:test'
import { freePort } from '../store/engines/free-port.ts'
import { emptyFolder, fairlead, startFairlead } from './testing/command.ts'

/** Abuse test 23: two platforms on one data directory. */

const serve = async (directory: string) => {
  const port = await freePort()
  return { port, env: { FAIRLEAD_DIRECTORY: directory, PORT: String(port) } }
}

/** Starts one, and resolves when it says where it is. */
async function running(t: Parameters<typeof emptyFolder>[0], directory: string) {
  const { port, env } = await serve(directory)
  const command = startFairlead(['serve'], { env })
  const end = async () => {
    command.child.kill('SIGTERM')
    await command.ended
  }
  t.after(end)
  await new Promise<void>((ready, failed) => {
    let said = ''
    command.child.stderr?.on('data', (text) => {
      said += text
      if (said.includes(' is at ')) ready()
    })
    void command.ended.then(() => failed(new Error(said)))
  })
  const status = () => fetch(`http://127.0.0.1:${port}/healthz`).then((answer) => answer.status)
  return { ...command, end, status }
}

test('the second of two platforms on one data directory ends, names the first, and harms nothing', {
  timeout: 120_000,
}, async (t) => {
  const directory = await emptyFolder(t)
  const first = await running(t, directory)
  const { env } = await serve(directory)
  const second = await fairlead(['serve'], { env })
  assert.equal(second.code, 1)
  assert.match(
    second.stderr,
    new RegExp(
      `^fairlead: STORE_IN_USE .* is in use by process ${first.child.pid}, since .*\\n  \\S.*$`,
      'm',
    ),
  )
  assert.doesNotMatch(second.stderr, /\n\s+at /, 'no stack')
  assert.equal(await first.status(), 200)

  // Control: in a directory of its own it serves, and killed with SIGKILL the first leaves nothing that holds its own.
  const elsewhere = await running(t, await emptyFolder(t))
  assert.equal(await elsewhere.status(), 200)
  first.child.kill('SIGKILL')
  await first.ended
  const next = await running(t, directory)
  assert.equal(await next.status(), 200)
})
