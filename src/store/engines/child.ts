import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { type Account, asAccount } from './account.ts'

export type Exit = {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly said: string
}

/** An engine's process. Its stdin is a pipe that we hold: when this process ends, however, the pipe closes and the engine stops. */
export type Child = {
  readonly process: ChildProcess
  readonly pid: number
  readonly exited: Promise<Exit>
  /** Closes the pipe, waits, and kills what has not ended by then. */
  readonly stop: () => Promise<void>
}

export type ChildOptions = {
  readonly file: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly account: Account | undefined
  /** How long an orderly stop may take. */
  readonly stopMs: number
  readonly onLine: (line: string) => void
  /** Ends it for good; the default kills the process. */
  readonly kill?: () => void
}

export function startChild(options: ChildOptions): Child {
  const { file, args, ...ids } = asAccount(options.account, options.file, options.args)
  const child = spawn(file, args, {
    cwd: options.cwd,
    env: options.env,
    stdio: 'pipe',
    // A group of its own: ctrl-C is for us, and we stop the engines after those who use them.
    detached: true,
    ...ids,
  })
  let said = ''
  readLines(child.stderr, (line) => {
    said = `${said}\n${line}`.slice(-2000)
    options.onLine(line)
  })
  child.stdin.on('error', () => undefined)
  const exited = new Promise<Exit>((resolve) => {
    child.once('error', (reason) => resolve({ code: null, signal: null, said: reason.message }))
    child.once('close', (code, signal) => resolve({ code, signal, said: said.trim() }))
  })
  return {
    process: child,
    pid: child.pid ?? -1,
    exited,
    stop: async () => {
      child.stdin.end()
      const timer = setTimeout(options.kill ?? (() => child.kill('SIGKILL')), options.stopMs)
      await exited
      clearTimeout(timer)
    },
  }
}

function readLines(from: Readable, onLine: (line: string) => void): void {
  createInterface({ input: from }).on('line', onLine)
}
