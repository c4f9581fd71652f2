import { fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Figure } from './bench.ts'
import { launchOptions } from './launch.ts'

export const name = 'start-up'

const ROUNDS = 7
const LIMIT_MS = 300
const script = (file: string) => fileURLToPath(new URL(file, import.meta.url))

/** From the start of a process to its first event on stdout, less what Node itself takes to start; the median counts. */
export async function run(): Promise<readonly Figure[]> {
  const { execArgv, env } = launchOptions()
  const server = fork(script('page-server.ts'), ['1'], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const [port] = (await once(server, 'message')) as [number]
  try {
    const first: number[] = []
    const bare: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      bare.push(await untilOutput(['-e', 'console.log(1)']))
      first.push(await untilOutput([...execArgv, script('as-run.js'), String(port)], env))
    }
    const value = median(first) - median(bare)
    return [
      {
        name: 'start-up to first event',
        value,
        unit: 'ms',
        limit: LIMIT_MS,
        limitWhat: 'promise, own work',
        ratio: LIMIT_MS / value,
      },
    ]
  } finally {
    server.disconnect()
  }
}

async function untilOutput(words: readonly string[], env = process.env): Promise<number> {
  const startedMs = performance.now()
  const child = spawn(process.execPath, words, { env, stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  const ms = performance.now() - startedMs
  child.kill()
  await once(child, 'exit')
  return ms
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
