import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../src/store/engines/free-port.ts'
import type { Figure } from './bench.ts'
import { connectDemo, firstAnswers } from './platform-demo.ts'

export const name = 'platform'

const MAIN = fileURLToPath(new URL('../../bin/fairlead', import.meta.url))
const LATER_STARTS = 5
const LIMITS = { firstMs: 3_000, laterMs: 1_500, answersMs: 1_000, bytes: 1024 ** 3 }

/**
 * The embedded platform, with the demo app in its process: ready after a first start and after later ones, which find the demo's data;
 * the first answers after each; and its memory through a first sync.
 *
 * Ready is the line with the address. It is written once both engines answer, every migration is checked, the people of the demo are
 * there and the port is listened on: from then on nothing is refused or waits for a start. That this is so is measured as the first
 * answers, asked for at once after the line: the sign-in page, what it shows, a session, the connections and the newest events. What
 * goes on after the line is the work without a person: connectors are compiled one by one (the first that asks for one before its turn
 * compiles it), the demo app makes its records, the worker begins to read.
 *
 * Starts count from the start of Node, with its compile cache as the start before left it. The least counts: other work of the machine
 * only adds.
 */
export async function run(): Promise<readonly Figure[]> {
  const directory = await mkdtemp(join(tmpdir(), 'fairlead-bench-platform-'))
  try {
    const first = await start(directory)
    const bytes = await underLoad(first)
    await stop(first)
    const later: number[] = []
    const answers: number[] = []
    for (let round = 0; round < LATER_STARTS; round++) {
      const again = await start(directory)
      later.push(again.ms)
      answers.push(await firstAnswers(again.url))
      await stop(again)
    }
    return [
      figure('platform, first start', { value: first.ms, unit: 'ms', limit: LIMITS.firstMs }),
      figure('platform, later start', { value: Math.min(...later), unit: 'ms', limit: LIMITS.laterMs }),
      figure('platform, first answers', { value: Math.min(...answers), unit: 'ms', limit: LIMITS.answersMs }),
      figure('platform, memory under load', {
        value: bytes / 1024 ** 2,
        unit: 'MiB',
        limit: LIMITS.bytes / 1024 ** 2,
      }),
    ]
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

const figure = (name: string, parts: { value: number; unit: string; limit: number }): Figure => ({
  ...{ name, ...parts },
  limitWhat: 'promise',
  ratio: parts.limit / parts.value,
})

type Started = { readonly child: ChildProcess; readonly url: string; readonly ms: number }

async function start(directory: string): Promise<Started> {
  const port = await freePort()
  const startedMs = performance.now()
  const child = spawn(process.execPath, [MAIN, 'serve', '--demo'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, FAIRLEAD_DIRECTORY: directory, PORT: String(port), PUBLIC_URL: '' },
  })
  let said = ''
  const isReady = await new Promise<boolean>((tell) => {
    // Read to its end: a pipe that nobody reads any more ends whoever writes to it.
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text
      if (said.includes(' is at ')) tell(true)
    })
    child.once('exit', () => tell(false))
  })
  if (!isReady) throw new Error(said)
  return { child, url: `http://localhost:${port}`, ms: performance.now() - startedMs }
}

async function stop({ child }: Started): Promise<void> {
  child.kill('SIGTERM')
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`the platform ended with ${code}`)
}

const SAMPLE_MS = 250

/** The most that all processes together had, shared pages once, while the demo app was read for the first time. */
async function underLoad({ child, url }: Started): Promise<number> {
  let most = 0
  const sampling = setInterval(() => {
    memoryOf(child.pid ?? 0).then((bytes) => {
      most = Math.max(most, bytes)
    })
  }, SAMPLE_MS)
  await connectDemo(url)
  clearInterval(sampling)
  return most
}

async function memoryOf(root: number): Promise<number> {
  const parents = new Map<number, number>()
  for (const entry of await readdir('/proc')) {
    const stat = /^\d+$/.test(entry) ? await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => '') : ''
    const parent = stat.slice(stat.lastIndexOf(')')).split(' ')[2]
    if (parent !== undefined) parents.set(Number(entry), Number(parent))
  }
  const isBelow = (pid: number): boolean => pid === root || (pid > 1 && isBelow(parents.get(pid) ?? 0))
  const sizes = await Promise.all([...parents.keys()].filter(isBelow).map(proportionalBytes))
  return sizes.reduce((sum, bytes) => sum + bytes, 0)
}

async function proportionalBytes(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '')
  return Number(/^Pss:\s+(\d+)/m.exec(text)?.[1] ?? 0) * 1024
}
