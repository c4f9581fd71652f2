import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../src/store/engines/free-port.ts'
import type { Figure } from './bench.ts'
import { connectDemo } from './platform-demo.ts'

export const name = 'platform'

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const LATER_STARTS = 3
const LIMITS = { firstMs: 3_000, laterMs: 1_500, bytes: 1024 ** 3 }

/** The embedded platform, with the demo app in its process: ready after a first start, ready later, and its memory through a first sync. */
export async function run(): Promise<readonly Figure[]> {
  const directory = await mkdtemp(join(tmpdir(), 'fairlead-bench-platform-'))
  try {
    const first = await start(directory)
    const bytes = await underLoad(first)
    await stop(first)
    const later: number[] = []
    for (let round = 0; round < LATER_STARTS; round++) {
      const again = await start(directory)
      later.push(again.ms)
      await stop(again)
    }
    return [
      figure('platform, first start', { value: first.ms, unit: 'ms', limit: LIMITS.firstMs }),
      figure('platform, later start', { value: Math.min(...later), unit: 'ms', limit: LIMITS.laterMs }),
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
  for await (const chunk of child.stderr ?? []) {
    said += String(chunk)
    if (said.includes(' is at ')) break
  }
  if (!said.includes(' is at ')) throw new Error(said)
  return { child, url: `http://localhost:${port}`, ms: performance.now() - startedMs }
}

async function stop({ child }: Started): Promise<void> {
  child.kill('SIGTERM')
  await once(child, 'exit')
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
