import { spawn, spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../src/store/engines/free-port.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const READY = /Fairlead.* is at /
const START_MS = 120_000

export type RunningDemo = {
  readonly url: string
  /** Process id, for whoever wants to stop it in another way. */
  readonly pid: number
  /** All it said. */
  readonly said: () => string
  /** Ends it in order and removes what it kept. */
  readonly stop: () => Promise<void>
}

/** What `npm start` does after a fresh clone: builds the portal, then `serve --demo` on an empty directory; here on a free port. */
export async function startDemo(): Promise<RunningDemo> {
  const { status } = spawnSync(process.execPath, ['tools/portal.ts'], { cwd: ROOT, stdio: 'inherit' })
  if (status !== 0) throw new Error('the portal was not built')
  const directory = await mkdtemp(join(tmpdir(), 'fairlead-demo-'))
  const port = await freePort()
  const child = spawn(process.execPath, ['src/main.ts', 'serve', '--demo'], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'] ?? '', FAIRLEAD_DIRECTORY: directory, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = new Promise<void>((end) => child.once('close', () => end()))
  let said = ''
  const ready = new Promise<boolean>((tell) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
      if (READY.test(said)) tell(true)
    })
    void ended.then(() => tell(false))
    setTimeout(() => tell(false), START_MS).unref()
  })
  const stop = async () => {
    child.kill('SIGTERM')
    await ended
    await rm(directory, { recursive: true, force: true })
  }
  if (!(await ready)) {
    await stop()
    throw new Error(`the platform did not start: ${said}`)
  }
  return { url: `http://localhost:${port}`, pid: child.pid ?? 0, said: () => said, stop }
}
