import { setTimeout as delay } from 'node:timers/promises'
import type { Exit } from './child.ts'

export type EngineLine = {
  readonly level: 'info' | 'warn' | 'error'
  readonly engine: string
  readonly message: string
}
export type EngineLog = (line: EngineLine) => void

/** An engine that answers. */
export type Running = {
  readonly pid: number
  readonly exited: Promise<Exit>
  readonly stop: () => Promise<void>
  readonly kill: () => void
}
/** How an engine is started; the address stays the same over every start. */
export type Engine = {
  readonly name: string
  readonly url: string
  readonly start: () => Promise<Running>
  /** Whether it still answers; one that does not is killed and started again. */
  readonly probe?: () => Promise<boolean>
}

export type EngineStatus = {
  readonly state: 'starting' | 'ready' | 'stopped'
  readonly pid?: number
  /** Starts after the first. */
  readonly restarts: number
  readonly lastExit?: string
}
export type Supervised = {
  readonly status: () => EngineStatus
  readonly close: () => Promise<void>
}

const FIRST_WAIT_MS = 100
const MOST_WAIT_MS = 10_000
/** A start that held this long is forgiven: the next wait is the first again. */
const HEALTHY_MS = 60_000
const PROBE_MS = 5_000
const PROBES = 4

/** Starts an engine, and again whenever it ends by itself. Rejects when the very first start fails. */
export async function supervise(engine: Engine, log: EngineLog): Promise<Supervised> {
  const closing = new AbortController()
  const tell = (level: EngineLine['level'], message: string): void =>
    log({ level, engine: engine.name, message })
  let running: Running | undefined = await engine.start()
  let restarts = 0
  let lastExit: string | undefined

  /** Resolves when the engine has ended. */
  const hold = async (current: Running): Promise<void> => {
    const probing = probeUntilSilent(engine, current, tell)
    const { code, signal, said } = await current.exited
    probing.abort()
    running = undefined
    lastExit = `${signal ?? code}`
    if (!closing.signal.aborted) tell('error', `ended with ${lastExit}: ${said}`)
  }
  const startAgain = async (waitMs: number): Promise<void> => {
    await delay(waitMs, undefined, { signal: closing.signal }).catch(() => undefined)
    if (closing.signal.aborted) return
    restarts += 1
    running = await engine.start().catch((reason) => {
      tell('error', String(reason))
      return undefined
    })
    if (running !== undefined) tell('warn', `started again as process ${running.pid}`)
    if (closing.signal.aborted) await running?.stop()
  }
  const watch = async (): Promise<void> => {
    let waitMs = FIRST_WAIT_MS
    while (!closing.signal.aborted) {
      const since = performance.now()
      if (running !== undefined) await hold(running)
      waitMs = performance.now() - since > HEALTHY_MS ? FIRST_WAIT_MS : waitMs
      await startAgain(waitMs)
      waitMs = Math.min(waitMs * 2, MOST_WAIT_MS)
    }
  }
  const watching = watch()
  return {
    status: () => ({
      state: closing.signal.aborted ? 'stopped' : running === undefined ? 'starting' : 'ready',
      restarts,
      ...(running === undefined ? {} : { pid: running.pid }),
      ...(lastExit === undefined ? {} : { lastExit }),
    }),
    close: async () => {
      closing.abort()
      await running?.stop()
      await watching
    },
  }
}

function probeUntilSilent(
  { probe }: Engine,
  running: Running,
  tell: (level: EngineLine['level'], message: string) => void,
): AbortController {
  const control = new AbortController()
  if (probe === undefined) return control
  let silent = 0
  const timer = setInterval(async () => {
    const answers = await probe()
    if (control.signal.aborted) return
    silent = answers ? 0 : silent + 1
    if (silent < PROBES) return
    tell('error', `silent for ${(PROBES * PROBE_MS) / 1000} s: killed`)
    running.kill()
  }, PROBE_MS)
  timer.unref()
  control.signal.addEventListener('abort', () => clearInterval(timer))
  return control
}
