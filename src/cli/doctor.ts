import { access, constants, readdir, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { check } from '../manifest/check.ts'
import { readManifest } from '../manifest/read.ts'
import { openStyle } from './style.ts'
import { FORMAT, type Io, type Verb } from './verb.ts'

/** What was looked at, whether it is well, and what to do when it is not. */
type Finding = { readonly what: string; readonly ok: boolean; readonly found: string; readonly todo?: string }

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const LEAST_NODE = 24
const LEAST_FREE_BYTES = 256 * 1024 * 1024

export const verb: Verb = {
  name: 'doctor',
  summary: 'Checks the installation: Node, clock, disk, state and key files, connectors.',
  usage: '[STATE]',
  paths: [0, 1],
  options: { format: FORMAT(['text', 'json'], 'text') },
  examples: ['fairlead doctor', 'fairlead doctor acme.state.json'],
  run: async (args, io) => {
    const state = args.paths[0]
    const findings = (
      await Promise.all([nodeVersion(), clock(io), disk(state), ...keyFiles(state), ...(await connectors())])
    ).flat()
    const style = openStyle(io.hasColor)
    const text = findings
      .map(
        ({ what, ok, found, todo }) =>
          `${ok ? style.green('ok   ') : style.red('WRONG')} ${what}: ${found}${ok || todo === undefined ? '' : `\n      ${todo}`}\n`,
      )
      .join('')
    io.stdout.write(args.text('format') === 'json' ? `${JSON.stringify(findings, null, 2)}\n` : text)
    return findings.every(({ ok }) => ok) ? 0 : 1
  },
}

async function nodeVersion(): Promise<Finding> {
  const ok = Number(process.versions.node.split('.')[0]) >= LEAST_NODE
  return {
    what: 'Node',
    ok,
    found: process.version,
    todo: `install Node ${LEAST_NODE}, or run "npm ci" on a platform with a pinned one`,
  }
}

/** A clock that lies makes windows lie. Without a network it can be compared with the files only. */
async function clock({ clock }: Io): Promise<Finding> {
  const newest = (await stat(join(ROOT, 'package.json'))).mtimeMs
  const ok = clock.now() > newest - 60_000
  return {
    what: 'clock',
    ok,
    found: new Date(clock.now()).toISOString(),
    todo: 'the clock is behind this installation: set it',
  }
}

async function disk(state: string | undefined): Promise<Finding> {
  const folder = state === undefined ? '.' : join(state, '..')
  const { bavail, bsize } = await statfs(folder)
  const free = bavail * bsize
  const isWritable = await access(folder, constants.W_OK).then(
    () => true,
    () => false,
  )
  return {
    what: `disk at ${folder}`,
    ok: isWritable && free > LEAST_FREE_BYTES,
    found: `${Math.round(free / 1024 ** 2)} MiB free${isWritable ? '' : ', not writable'}`,
    todo: 'positions could not be saved: make room, or another folder',
  }
}

function keyFiles(state: string | undefined): Promise<Finding[]>[] {
  if (state === undefined) return []
  return ['.key', '.grant'].map(async (ending): Promise<Finding[]> => {
    const path = `${state}${ending}`
    const mode = await stat(path).then(
      ({ mode }) => mode & 0o777,
      () => undefined,
    )
    if (mode === undefined) return []
    return [
      {
        what: path,
        ok: (mode & 0o077) === 0,
        found: `mode ${mode.toString(8)}`,
        todo: `others can read it: chmod 600 ${path}`,
      },
    ]
  })
}

async function connectors(): Promise<Promise<Finding>[]> {
  const names = await readdir(join(ROOT, 'connectors')).catch(() => [])
  return names.sort().map(async (name): Promise<Finding> => {
    const errors = check(await readManifest(join(ROOT, 'connectors', name))).complaints.filter(
      ({ level }) => level === 'error',
    )
    return {
      what: `connector ${name}`,
      ok: errors.length === 0,
      found: errors.length === 0 ? 'checks' : `${errors.length} errors`,
      todo: `fairlead validate connectors/${name}`,
    }
  })
}
