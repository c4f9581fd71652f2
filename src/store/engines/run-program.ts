import { spawn } from 'node:child_process'
import { Fault } from '../../lib/fault.ts'
import { type Account, asAccount } from './account.ts'

/** Runs a program to its end. @throws {Fault} with what it said last, when it does not end well. */
export async function runProgram(
  file: string,
  args: readonly string[],
  {
    account,
    cwd,
    input = '',
    atWork = () => undefined,
  }: {
    readonly account: Account | undefined
    readonly cwd: string
    readonly input?: string
    readonly atWork?: () => void
  },
): Promise<void> {
  const program = asAccount(account, file, args)
  const { uid, gid } = program
  const ids = uid === undefined || gid === undefined ? {} : { uid, gid }
  const child = spawn(program.file, program.args, { ...ids, cwd, env: ENGINE_ENVIRONMENT, stdio: 'pipe' })
  let said = ''
  const note = (chunk: Buffer): void => {
    said = `${said}${chunk.toString('utf8')}`.slice(-2000)
  }
  child.stdout.on('data', note)
  child.stderr.on('data', note)
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  atWork()
  const code = await new Promise<number | string>((resolve, reject) => {
    child.once('error', (cause) =>
      reject(new Fault('STORE_UNAVAILABLE', `${file} cannot be run: ${cause.message}`, { cause })),
    )
    child.once('close', (status, signal) => resolve(status ?? signal ?? 'unknown'))
  })
  if (code !== 0) throw new Fault('STORE_UNAVAILABLE', `${file} ended with ${code}: ${said.trim()}`)
}

/** Nothing of our own environment reaches an engine: it holds secrets, and settings that are not meant for it. */
export const ENGINE_ENVIRONMENT: Readonly<Record<string, string>> = {
  LC_ALL: 'C',
  TZ: 'UTC',
  PATH: '/usr/bin:/bin',
}
