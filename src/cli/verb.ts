import type { Readable, Writable } from 'node:stream'
import type { Clock } from '../lib/clock.ts'

/** Everything a verb may touch of the outside; main.ts fills it. */
export type Io = {
  readonly stdout: Writable
  readonly stderr: Writable
  readonly stdin: Readable
  /** stderr is a terminal: progress may be drawn in place. */
  readonly isInteractive: boolean
  readonly hasColor: boolean
  readonly env: Readonly<Record<string, string | undefined>>
  readonly clock: Clock
  /** Aborted by the first ctrl-C; the second one ends the process. */
  readonly signal: AbortSignal
}

/** 0: holds. 1: does not hold. 2: wrong usage. 130: interrupted, what was acknowledged is kept. */
export type ExitCode = 0 | 1 | 2 | 130

export type Option = {
  readonly type: 'string' | 'boolean'
  readonly about: string
  /** Shown in the help, e.g. FILE. */
  readonly value?: string
  readonly short?: string
  readonly multiple?: true
  readonly default?: string
}

export type Arguments = {
  readonly paths: readonly string[]
  /** The option's text; its default when not given. */
  readonly text: (name: string) => string | undefined
  readonly texts: (name: string) => readonly string[]
  readonly flag: (name: string) => boolean
}

/** One word of the command line: `fairlead validate …`. */
export type Verb = {
  readonly name: string
  readonly summary: string
  /** What comes after the name, e.g. PATH… */
  readonly usage: string
  /** How many paths it takes: at least, at most. */
  readonly paths: readonly [least: number, most: number]
  readonly options: Readonly<Record<string, Option>>
  readonly examples: readonly string[]
  readonly run: (args: Arguments, io: Io) => Promise<ExitCode>
}

/** The option that every verb has. */
export const FORMAT = (formats: readonly string[], fallback: string): Option => ({
  type: 'string',
  value: formats.join('|'),
  about: 'How the result is written.',
  default: fallback,
})
