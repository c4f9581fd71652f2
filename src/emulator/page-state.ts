import { digestOf } from './random.ts'

type Window = readonly [startMs: number | null, endMs: number | null]

/** What the app hides in the token of a next page: everything it needs to go on, so that it forgets nothing and keeps nothing. */
export type PageState = {
  readonly kind: 'page'
  readonly contexts: readonly number[]
  readonly offset: number
  /** The list is the one of this moment, however long reading it takes. */
  readonly asOfMs: number
  readonly window: Window
  readonly after?: Position
  /** Tells tokens for one page apart. */
  readonly turn?: number
}

/** What the app hides in a stream position: the last record given, in order of arrival. */
export type Position = {
  readonly kind: 'position'
  /** `null`: records without time. */
  readonly arrivesMs: number | null
  /** How many records of that moment were given. */
  readonly nth: number
}

type State = PageState | Position

/** An opaque text that only the app that wrote it reads again. */
export function writeState(state: State, seed: string): string {
  const text = Buffer.from(JSON.stringify(state)).toString('base64url')
  return `${text}.${digestOf(seed, text).slice(0, 8)}`
}

/** @returns `undefined` for any text that `writeState` did not write with this seed. */
export function readState(token: string, seed: string): State | undefined {
  const [text = '', proof] = token.split('.')
  if (proof !== digestOf(seed, text).slice(0, 8)) return undefined
  return JSON.parse(Buffer.from(text, 'base64url').toString()) as State
}
