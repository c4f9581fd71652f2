import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { platformEngines } from '../platform/engines.ts'
import type { Platform } from '../platform/open-platform.ts'
import { type PlatformOptions, platformOptions } from '../platform/options.ts'
import type { EngineLine, EngineLog } from '../store/engines/supervise.ts'
import { logLine, openStyle, type Style } from './style.ts'
import type { Arguments, ExitCode, Io, Option, Verb } from './verb.ts'
import { version } from './version.ts'

const PORTAL = fileURLToPath(new URL('../../portal/dist', import.meta.url))
const CONNECTORS = fileURLToPath(new URL('../../connectors', import.meta.url))

/** What a process of the platform does. */
type Role = { readonly serves: boolean; readonly works: boolean }

const VERBOSE: Option = { type: 'boolean', short: 'v', about: 'Tells what the engines say.' }

export const verb: Verb = {
  name: 'serve',
  summary: 'The platform in one process: portal, API and worker, on embedded engines where no URL is given.',
  usage: '',
  paths: [0, 0],
  options: {
    demo: { type: 'boolean', about: 'With a living invented app, and people to sign in as.' },
    'no-demo': { type: 'boolean', about: 'Without, whatever else is said.' },
    verbose: VERBOSE,
  },
  examples: [
    'npm start',
    'PUBLIC_URL=https://fairlead.example DATABASE_URL=… CLICKHOUSE_URL=… fairlead serve',
  ],
  run: (args, io) => runPlatform({ serves: true, works: true }, args, io),
}

/** The same, one role a process: for more than one machine. */
export const roleVerb = (name: 'api' | 'worker', summary: string): Verb => ({
  name,
  summary,
  usage: '',
  paths: [0, 0],
  options: { verbose: VERBOSE },
  examples: [`fairlead ${name}`, `DATABASE_URL=… CLICKHOUSE_URL=… fairlead ${name}`],
  run: (args, io) => runPlatform({ serves: name === 'api', works: name === 'worker' }, args, io),
})

async function runPlatform(role: Role, args: Arguments, io: Io): Promise<ExitCode> {
  const style = openStyle(io.hasColor)
  const say = (text: string): void => void io.stderr.write(`${text}\n`)
  const log = logger(say, style, args.flag('verbose'))
  const isDemo = args.flag('demo') && !args.flag('no-demo')
  const startedMs = io.clock.now()
  say(style.dim('Starting PostgreSQL and ClickHouse …'))
  const options = platformOptions(io.env)
  const { engines, openCatalog, openPlatform, servePlatform, startDemo } = await begin(options, role, log)
  const catalog = await openCatalog(CONNECTORS)
  const demo = isDemo ? await startDemo(io.clock, catalog, options.directory) : undefined
  const platform = await openPlatform(options, {
    ...{ clock: io.clock, log, isDemo, catalog, engines },
    ...(demo !== undefined && { wayTo: demo.wayTo }),
  })
  const closing: (() => Promise<void>)[] = [platform.close, ...(demo === undefined ? [] : [demo.close])]
  try {
    if (role.serves) {
      const portal = existsSync(PORTAL) ? { portal: PORTAL } : {}
      const serving = await servePlatform(platform, { version: await version(), ...portal })
      closing.unshift(serving.close)
    }
    if (demo !== undefined) await platform.identity.demo?.ensure()
    await welcome(platform, { say, style, role, isDemo, ms: io.clock.now() - startedMs })
    // Whoever waits for a page comes first: what is due is read from now on.
    if (role.works) closing.unshift((await (await import('../platform/work.ts')).startWork(platform)).stop)
    await catalog.warm(io.signal)
    await demo?.warm()
    await untilAborted(io.signal)
    say(style.dim('Stopping …'))
    return 0
  } finally {
    for (const close of closing) await close()
  }
}

/**
 * Starts the engines, and loads the rest of the platform once their processes are at work: both take as long, and to load lets nothing
 * else of this process go on. A fault of theirs is told when they are waited for. A worker or an API joins the engines of another
 * process; a whole platform beside another one is a mistake, which would be noticed when the other ends.
 */
async function begin(options: PlatformOptions, { serves, works }: Role, log: EngineLog) {
  const { promise: atWork, resolve } = Promise.withResolvers<void>()
  const engines = platformEngines(options, log, { atWork: resolve, mayJoin: !(serves && works) })
  await Promise.race([atWork, engines.catch(() => undefined)])
  return {
    engines,
    ...(await import('../platform/catalog.ts')),
    ...(await import('../platform/demo.ts')),
    ...(await import('../platform/open-platform.ts')),
    ...(await import('../platform/serve.ts')),
  }
}

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((end) => {
    if (signal.aborted) end()
    else signal.addEventListener('abort', () => end(), { once: true })
  })

type Welcome = {
  readonly say: (text: string) => void
  readonly style: Style
  readonly role: Role
  readonly isDemo: boolean
  readonly ms: number
}

/** Ends with the address; whoever starts it reads this line. */
async function welcome(platform: Platform, { say, style, role, isDemo, ms }: Welcome): Promise<void> {
  const { options, stores, identity } = platform
  if (stores.rootKeys.isNew)
    say(`A root key was made: ${stores.rootKeys.source}. Keep a copy; without it no credential can be read.`)
  if (!role.serves) {
    say(`${style.bold('Working.')} ${options.concurrency} streams at once. Ctrl-C stops in order.`)
    return
  }
  const token = isDemo ? undefined : await identity.firstRun.open()
  if (token !== undefined)
    say(`First administrator: open the address below and give this token: ${token.reveal()}`)
  say(
    `\n  ${style.bold('Fairlead')} is at ${style.bold(options.publicUrl)}  ${style.dim(`(${(ms / 1000).toFixed(1)} s)`)}`,
  )
  if (isDemo) say('  Choose whom to be; the invented app Northwind Docs waits in the catalog.')
  say(style.dim('  Ctrl-C stops in order.\n'))
}

function logger(say: (text: string) => void, style: Style, isVerbose: boolean) {
  return ({ level, engine, message }: EngineLine): void => {
    if (level === 'info' && !isVerbose) return
    const line = logLine(engine, message)
    say(level === 'error' ? style.red(line) : style.dim(line))
  }
}
