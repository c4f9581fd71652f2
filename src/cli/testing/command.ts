import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { openEmulator } from '../../emulator/emulator.ts'
import type { EmulatorOptions } from '../../emulator/options.ts'
import { type ServedEmulator, serveEmulator } from '../../emulator/serve.ts'
import { systemClock } from '../../lib/clock.ts'
import { loadConnector } from '../../manifest/compile.ts'
import { readManifest } from '../../manifest/read.ts'
import { readSamples } from '../../manifest/samples.ts'

/** How a command line ended, and all it said. */
export type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string }
export type Command = { readonly child: ChildProcess; readonly ended: Promise<Ended> }
export type CommandOptions = {
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: string
  /** What starts it: by default `src/main.ts` on this Node. */
  readonly start?: readonly [program: string, ...words: string[]]
}

/** Starts the command line as a process of its own. */
export function startFairlead(words: readonly string[], options: CommandOptions = {}): Command {
  const { env = {}, stdin = '', start = [process.execPath, 'src/main.ts'] } = options
  const [program, ...before] = start
  const child = spawn(program, [...before, ...words], { env: { PATH: process.env['PATH'] ?? '', ...env } })
  const said = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      said[name] += text
    })
  child.stdin.on('error', () => undefined).end(stdin)
  const ended = once(child, 'close').then(([code]): Ended => ({ code, ...said }))
  return { child, ended }
}

export function fairlead(words: readonly string[], options?: CommandOptions): Promise<Ended> {
  return startFairlead(words, options).ended
}

/** An emulator of a connector, on a real socket until the test ends. */
export async function servedApp(
  t: TestContext,
  path: string,
  options: Partial<EmulatorOptions> = {},
): Promise<ServedEmulator> {
  const files = await readManifest(path)
  const { connector } = loadConnector(files)
  if (connector === undefined) throw new Error(`${path} does not check`)
  const served = await serveEmulator(
    openEmulator(connector, readSamples(connector, files), { clock: systemClock, ...options }),
  )
  t.after(served.close)
  return served
}

/** A folder that is gone when the test ends. */
export async function emptyFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-cli-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  return folder
}
