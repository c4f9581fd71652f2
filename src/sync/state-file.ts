import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Fault } from '../lib/fault.ts'
import type { Position } from '../model/collection.ts'
import type { Positions } from './pipeline.ts'

type State = { readonly fairlead: 1; readonly connector: string; readonly streams: Record<string, Position> }

/** The positions of all streams of one connection in one JSON file (`run --state`). */
export type StateFile = { readonly positionsOf: (stream: string) => Positions }

/**
 * Opens or begins a state file.
 *
 * Every save writes a new file beside it, syncs it to disk and renames it over the old one: whenever the process dies, the
 * file holds either the old positions or the new ones.
 *
 * @throws {Fault} `STATE_UNREADABLE` when the file is not ours, is damaged, or belongs to another connector.
 */
export async function openStateFile(path: string, connector: string): Promise<StateFile> {
  const streams: Record<string, Position> = { ...(await readState(path, connector))?.streams }
  await mkdir(dirname(path), { recursive: true })
  let writing = Promise.resolve()
  const save = async () => {
    const state: State = { fairlead: 1, connector, streams }
    await replaceFile(path, `${JSON.stringify(state, null, 2)}\n`)
  }
  return {
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

async function readState(path: string, connector: string): Promise<State | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw new Fault('STATE_UNREADABLE', `${path}: ${error.code}`)
  })
  if (text === undefined) return undefined
  const state = parseState(text)
  if (state === undefined) throw new Fault('STATE_UNREADABLE', `${path} is not a state file of this version`)
  if (state.connector !== connector) {
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

/** Durable and atomic: the content is on disk before the name points to it. */
async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`
  const file = await open(temporary, 'w', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(temporary, path)
}
