import type { StreamPlan } from '../model/connector.ts'
import { type Env, Failure, Instant, type Program } from '../model/expression.ts'
import type { Capture } from './pattern.ts'

/** A record with what expressions want beside it. */
export type Row = { readonly record: unknown; readonly outer?: unknown; readonly parent?: unknown }

/** One of the lists of a stream: for one parent, for one value of `over`. A plain stream has one. */
export type Context = {
  readonly index: number
  readonly over: Readonly<Record<string, unknown>>
  readonly parent?: unknown
}

type Settings = Readonly<Record<string, unknown>>

/** Every list of a stream, for each value of `over` and each parent that the fan-out takes. */
export function contextsOf(
  plan: StreamPlan,
  settings: Settings,
  parents: readonly Row[],
): readonly Context[] {
  const overs = combinations(plan, settings)
  const parentEnv = (parent: unknown): Env => ({ settings, parent })
  const taken = parents
    .map(({ record }) => record)
    .filter(
      (parent) => plan.each?.where === undefined || plan.each.where.evaluate(parentEnv(parent)) === true,
    )
  const lists = plan.each === undefined ? [{}] : taken.map((parent) => ({ parent }))
  return overs
    .flatMap((over) => lists.map((list) => ({ over, ...list })))
    .map((context, index) => ({ ...context, index }))
}

function combinations(plan: StreamPlan, settings: Settings): readonly Readonly<Record<string, unknown>>[] {
  let found: readonly Readonly<Record<string, unknown>>[] = [{}]
  for (const [name, values] of Object.entries<readonly (string | number)[] | Program>(plan.over ?? {})) {
    const list = 'evaluate' in values ? values.evaluate({ settings }) : values
    const items: readonly unknown[] = Array.isArray(list) ? list : []
    found = found.flatMap((over) => items.map((value) => ({ ...over, [name]: value })))
  }
  return found
}

/** The names that a stream's expressions read in one context. */
export function envOf(context: Context, settings: Settings, nowMs: number): Env {
  const parent = context.parent === undefined ? {} : { parent: context.parent, parents: [context.parent] }
  return { settings, over: context.over, page: {}, now: new Instant(nowMs), ...parent }
}

const CONTEXT_NAMES: ReadonlySet<unknown> = new Set(['over', 'parent', 'parents'])

/** Whether an expression says which of the stream's lists is meant. */
export function tellsContext(program: Program): boolean {
  return program.reads.some(([name]) => CONTEXT_NAMES.has(name))
}

/**
 * The contexts whose values a request holds: one, or with `batch` several.
 *
 * @param captures of a request; those that say nothing about a context are not looked at.
 */
export function contextsHeld(
  contexts: readonly Context[],
  captures: readonly Capture[],
  env: (context: Context) => Env,
): readonly Context[] {
  const telling = captures.filter(({ program }) => tellsContext(program))
  return contexts.filter((context) => telling.every((capture) => holds(capture, env(context))))
}

function holds({ program, text }: Capture, env: Env): boolean {
  const value = program.evaluate(env)
  if (value instanceof Failure) return false
  if (!program.reads.some(([name]) => name === 'parents')) return String(value) === text
  const parts = text.split(/[^\p{L}\p{N}_.@-]+/u)
  return (Array.isArray(value) ? value : [value]).every((item) => parts.includes(String(item)))
}
