import { systemClock } from '../lib/clock.ts'
import { FAULTS, isFault } from '../lib/fault.ts'
import { nearest } from '../lib/nearest.ts'
import { parseCommandLine } from './command-line.ts'
import { renderOverview, renderVerbHelp } from './help.ts'
import { inertLines } from './style.ts'
import type { ExitCode, Io, Verb } from './verb.ts'
import { version } from './version.ts'

/** The verbs, each loaded only when it is used: `fairlead validate` never loads an HTTP client. */
const VERBS: Readonly<Record<string, () => Promise<{ readonly verb: Verb }>>> = {
  init: () => import('./init.ts'),
  validate: () => import('./validate.ts'),
  test: () => import('./test.ts'),
  mock: () => import('./mock.ts'),
  connect: () => import('./connect.ts'),
  run: () => import('./run.ts'),
  explain: () => import('./explain.ts'),
  pack: () => import('./pack.ts'),
  verify: () => import('./verify.ts'),
  doctor: () => import('./doctor.ts'),
  backup: () => import('./backup.ts'),
  restore: () => import('./restore.ts'),
  vault: () => import('./vault.ts'),
  serve: () => import('./serve.ts'),
  worker: () => import('./worker.ts'),
  api: () => import('./api.ts'),
}

/** Runs one command line; never throws. A fault prints its code, its message and what to do; anything else is our own bug. */
export async function main(words: readonly string[], outside: Omit<Io, 'clock'>): Promise<ExitCode> {
  const io: Io = { ...outside, clock: systemClock }
  const [name, ...rest] = words
  if (name === undefined || name === '--help' || name === '-h' || name === 'help')
    return overview(io, name === undefined ? 2 : 0)
  if (name === '--version') {
    io.stdout.write(`fairlead ${await version()}\n`)
    return 0
  }
  const load = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined
  if (load === undefined) {
    const names = Object.keys(VERBS)
    const meant = nearest(name, names) ?? names.find((known) => known.startsWith(name))
    io.stderr.write(
      `fairlead: there is no verb "${name}"${meant ? `; did you mean ${meant}?` : '.'} See fairlead --help.\n`,
    )
    return 2
  }
  const { verb } = await load()
  if (rest.includes('--help') || rest.includes('-h')) {
    io.stdout.write(renderVerbHelp(verb))
    return 0
  }
  return attempt(verb, rest, io)
}

async function attempt(verb: Verb, words: readonly string[], io: Io): Promise<ExitCode> {
  try {
    return await verb.run(parseCommandLine(verb, words), io)
  } catch (error) {
    if (io.signal.aborted) return 130
    if (!isFault(error)) throw error
    io.stderr.write(`fairlead: ${error.code} ${inertLines(error.message)}\n  ${FAULTS[error.code].help}\n`)
    return error.code === 'USAGE_WRONG' ? 2 : 1
  }
}

async function overview(io: Io, code: ExitCode): Promise<ExitCode> {
  const verbs = await Promise.all(Object.values(VERBS).map(async (load) => (await load()).verb))
  ;(code === 0 ? io.stdout : io.stderr).write(renderOverview(verbs))
  return code
}
