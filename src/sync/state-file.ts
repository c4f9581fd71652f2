import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Fault } from '../lib/fault.ts'
import { holdFile } from '../lib/hold-file.ts'
import type { Position } from '../model/collection.ts'
import type { Positions } from './pipeline.ts'

export type State = {
  readonly fairlead: 1
  readonly connector: string
  readonly streams: Record<string, Position>
}

/** The positions of all streams of one connection in one JSON file (`run --state`), held until `close`. */
export type StateFile = { readonly positionsOf: (stream: string) => Positions; readonly close: () => void }

/**
 * Opens or begins a state file.
 *
 * Every save writes a new file beside it, syncs it to disk and renames it over the old one: whenever the process dies, the
 * file holds either the old positions or the new ones.
 *
 * @throws {Fault} `STATE_IN_USE` while another run has it open; `STATE_UNREADABLE` when the file is not ours, is damaged, or belongs to
 * another connector; `STATE_UNWRITABLE`, also from `save`.
 */
export async function openStateFile(path: string, connector: string): Promise<StateFile> {
  const close = await hold(path)
  const streams = { ...(await readState(path, connector).catch(closing(close)))?.streams }
  let writing = Promise.resolve()
  const save = async () => {
    const state: State = { fairlead: 1, connector, streams }
    await replaceFile(path, `${JSON.stringify(state, null, 2)}\n`).catch(unwritable(path))
  }
  return {
    close,
    positionsOf: (stream) => ({
      read: async () => streams[stream],
      save: (position) => {
        streams[stream] = position
        writing = writing.then(save, save)
        return writing
      },
    }),
  }
}

async function hold(path: string): Promise<() => void> {
  await mkdir(dirname(path), { recursive: true }).catch(unwritable(path))
  const close = await holdFile(`${path}.lock`).catch(unwritable(path))
  if (close === undefined) throw new Fault('STATE_IN_USE', `another run has ${path} open`)
  return close
}

const closing = (close: () => void) => (error: unknown) => {
  close()
  throw error
}

const unwritable = (path: string) => (error: NodeJS.ErrnoException) => {
  throw new Fault('STATE_UNWRITABLE', `${path}: ${error.code}`)
}

/**
 * What a state file says; `undefined` when there is none.
 *
 * @throws {Fault} `STATE_UNREADABLE`
 */
export async function readStateFile(path: string): Promise<State | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw new Fault('STATE_UNREADABLE', `${path}: ${error.code}`)
  })
  if (text === undefined) return undefined
  const state = parseState(text)
  if (state === undefined) throw new Fault('STATE_UNREADABLE', `${path} is not a state file of this version`)
  return state
}

async function readState(path: string, connector: string): Promise<State | undefined> {
  const state = await readStateFile(path)
  if (state !== undefined && state.connector !== connector) {
    throw new Fault(
      'STATE_UNREADABLE',
      `${path} belongs to the connector ${state.connector}, not to ${connector}`,
    )
  }
  return state
}

function parseState(text: string): State | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) return undefined
    const { fairlead, connector, streams } = value as Partial<State>
    const isState =
      fairlead === 1 && typeof connector === 'string' && typeof streams === 'object' && streams !== null
    return isState ? (value as State) : undefined
  } catch {
    return undefined
  }
}

/** Durable and atomic: the content is on disk before the name points to it. The file is held, so one temporary name is enough. */
async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.tmp`
  const file = await open(temporary, 'w', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(temporary, path)
}
