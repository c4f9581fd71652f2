import { stringifyJson } from '../lib/json.ts'
import { jsonInner } from './json-string.ts'
import { leftAsItIs } from './remainder.ts'

/** Whether what was written says all that was read. */
export type Says = (read: unknown, written: unknown) => boolean

/** Which parts of a record the events of one row may hold: known with the row, unlike what one event does hold. */
export type HoldPlan = {
  /** Each with the place where the event's value is given. */
  readonly takes: { readonly index: number; readonly says: Says }[]
  readonly members: Map<string | number, HoldPlan>
}

type Path = readonly (string | number)[]

export function newHoldPlan(): HoldPlan {
  return { takes: [], members: new Map() }
}

export function planAt(plan: HoldPlan, path: Path): HoldPlan {
  let at = plan
  for (const step of path) {
    const next = at.members.get(step) ?? newHoldPlan()
    at.members.set(step, next)
    at = next
  }
  return at
}

/** @param held what the event holds, by the index of the plan; `undefined` where it does not. */
function isHeld({ takes }: HoldPlan, value: unknown, held: readonly unknown[]): boolean {
  for (let i = 0; i < takes.length; i++) {
    const take = takes[i]!
    const written = held[take.index]
    if (written !== undefined && (written === value || take.says(value, written))) return true
  }
  return false
}

/** What is left of a value when the parts that the event holds are taken out, as `remainder` leaves it. */
export function leftOver(value: unknown, plan: HoldPlan, held: readonly unknown[]): unknown {
  if (isHeld(plan, value, held)) return undefined
  if (plan.members.size === 0 || typeof value !== 'object' || value === null) return memberAsItIs(value)
  if (Array.isArray(value)) return isListHeld(value, plan, held) ? undefined : leftAsItIs(value)
  let left: Record<string, unknown> | undefined
  for (const key in value) {
    const rest = memberLeft((value as Fields)[key], plan.members.get(key), held)
    if (rest === undefined) continue
    left ??= {}
    if (key !== '__proto__') left[key] = rest
  }
  return left
}

type Fields = Readonly<Record<string, unknown>>

function memberLeft(value: unknown, plan: HoldPlan | undefined, held: readonly unknown[]): unknown {
  return plan === undefined ? memberAsItIs(value) : leftOver(value, plan, held)
}

/** The usual values first. */
function memberAsItIs(value: unknown): unknown {
  const isPlain = typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)
  return isPlain ? value : leftAsItIs(value)
}

/** A list is left whole, unless every item of it is held. */
function isListHeld(items: readonly unknown[], { members }: HoldPlan, held: readonly unknown[]): boolean {
  return items.every((item, i) => memberLeft(item, members.get(i), held) === undefined)
}

/** The JSON text of what `leftOver` leaves, without making that first; empty when nothing is left. */
export function leftOverText(value: unknown, plan: HoldPlan, held: readonly unknown[]): string {
  if (isHeld(plan, value, held)) return ''
  if (plan.members.size === 0 || typeof value !== 'object' || value === null) return textAsItIs(value)
  if (Array.isArray(value)) return isListHeld(value, plan, held) ? '' : textAsItIs(value)
  return membersText(value as Fields, plan, held)
}

function membersText(fields: Fields, plan: HoldPlan, held: readonly unknown[]): string {
  let text = ''
  let before: Before = FIRST
  for (const key in fields) {
    const member = plan.members.get(key)
    const item = fields[key]
    if (key === '__proto__') continue
    if (typeof item === 'string') {
      if (member !== undefined && isHeld(member, item, held)) continue
      text += nameTexts(key)[before + TEXT]! + jsonInner(item)
      before = AFTER_TEXT
      continue
    }
    const rest = member === undefined ? textAsItIs(item) : leftOverText(item, member, held)
    if (rest === '') continue
    text += nameTexts(key)[before]! + rest
    before = AFTER
  }
  return before === FIRST ? '' : text + ENDS[before]
}

/** What stands before a member: nothing, a text whose closing quote is still to be written, or anything else. */
type Before = typeof FIRST | typeof AFTER | typeof AFTER_TEXT
const FIRST = 0
const AFTER = 2
const AFTER_TEXT = 4
/** Added where the member is a text: then its opening quote follows the name. */
const TEXT = 1
const ENDS = { [FIRST]: '{}', [AFTER]: '}', [AFTER_TEXT]: '"}' } as const

const MAX_NAMES = 5000
const names = new Map<string, readonly string[]>()

/**
 * A name with all that may stand around it, by `Before` and `TEXT`. Apps have few names, and say them in every record; each piece less
 * to put together is memory saved.
 */
function nameTexts(name: string): readonly string[] {
  const known = names.get(name)
  if (known !== undefined) return known
  const texts = ['{', ',', '",'].flatMap((start) => {
    const text = `${start}${JSON.stringify(name)}:`
    return [text, `${text}"`]
  })
  if (names.size >= MAX_NAMES) names.clear()
  names.set(name, texts)
  return texts
}

function textAsItIs(value: unknown): string {
  const text = plainText(value, 0)
  if (text === '{}' || text === '[]') return ''
  if (text !== undefined) return text
  const left = leftAsItIs(value)
  return left === undefined ? '' : stringifyJson(left)
}

const MAX_DEPTH = 64

/** JSON text of what is plain JSON without nulls; nothing for anything else. */
function plainText(value: unknown, depth: number): string | undefined {
  switch (typeof value) {
    case 'string':
      return `"${jsonInner(value)}"`
    case 'boolean':
      return value ? 'true' : 'false'
    case 'number':
      return Number.isFinite(value) ? String(value) : undefined
    case 'object':
      if (value === null || depth > MAX_DEPTH) return undefined
      return Array.isArray(value) ? listText(value, depth + 1) : objectText(value, depth + 1)
    default:
      return undefined
  }
}

function listText(items: readonly unknown[], depth: number): string | undefined {
  let text = '['
  for (const item of items) {
    const part = plainText(item, depth)
    if (part === undefined) return undefined
    text += text === '[' ? part : `,${part}`
  }
  return `${text}]`
}

function objectText(value: object, depth: number): string | undefined {
  if (value.constructor !== Object) return undefined
  let text = ''
  let before: Before = FIRST
  for (const key in value) {
    const item = (value as Fields)[key]
    if (typeof item === 'string') {
      text += nameTexts(key)[before + TEXT]! + jsonInner(item)
      before = AFTER_TEXT
      continue
    }
    const part = plainText(item, depth)
    if (part === undefined) return undefined
    text += nameTexts(key)[before]! + part
    before = AFTER
  }
  return text + ENDS[before]
}
