import { Fault } from '../lib/fault.ts'
import { type Env, Failure, Instant, type Program, type Template, type Value } from '../model/expression.ts'
import type { CredentialContext } from './context.ts'

type Templates = Readonly<Record<string, Template>> | undefined

/** Evaluates a manifest's expressions with the secrets in the clear. Its faults name fields and settings, never a value. */
export type Reader = {
  /** @throws {Fault} `SETTING_MISSING`, `EXPRESSION_FAILED` */
  readonly value: (source: Template | Program, place: string) => Value
  /** As `value`, as text. */
  readonly text: (source: Template | Program, place: string) => string
  /** As `value`; `undefined` when it is null, or reads a setting or secret that may be left empty and was. */
  readonly optional: (source: Template | Program, place: string) => Value | undefined
  /** The entries that are not `undefined`. */
  readonly values: (templates: Templates, place: string) => Record<string, Value>
  /** As `values`, as texts. */
  readonly texts: (templates: Templates, place: string) => Record<string, string>
}

type Inputs = Pick<CredentialContext, 'connector' | 'input' | 'clock'>

/** Opens a reader for one moment. `extra`: the names in scope besides `settings`, `secrets` and `now`. */
export function openReader({ connector, input, clock }: Inputs, extra: Env = {}): Reader {
  const env = nullProto({
    ...extra,
    settings: input.settings,
    secrets: revealed(input),
    now: new Instant(clock.now()),
  })
  const isOptional = ({ root, name }: Absent): boolean => connector.connect[root]?.[name]?.optional === true
  const evaluate = (source: Template | Program, place: string): Value | Absent => {
    const value = source.evaluate(env)
    const isFailure = value instanceof Failure
    if (!isFailure && value !== null) return value
    const absent = absentInput(source, env)
    if (absent !== undefined) return absent
    // The failure's own message may quote a value.
    if (isFailure) noValue(source, place, value.reason)
    return null
  }
  const given = (source: Template | Program, place: string): Value => {
    const value = evaluate(source, place)
    if (value instanceof Absent) notGiven(value, place)
    return value ?? noValue(source, place, 'null')
  }
  const optional = (source: Template | Program, place: string): Value | undefined => {
    const value = evaluate(source, place)
    if (!(value instanceof Absent)) return value ?? undefined
    return isOptional(value) ? undefined : notGiven(value, place)
  }
  const values = (templates: Templates, place: string): Record<string, Value> =>
    Object.fromEntries(
      Object.entries(templates ?? {})
        .map(([name, template]) => [name, optional(template, `${place}.${name}`)] as const)
        .filter(([, value]) => value !== undefined),
    )
  const texts = (templates: Templates, place: string): Record<string, string> =>
    Object.fromEntries(
      Object.entries(values(templates, place)).map(
        ([name, value]) => [name, asText(value, `${place}.${name}`)] as const,
      ),
    )
  return {
    value: given,
    text: (source, place) => asText(given(source, place), place),
    optional,
    values,
    texts,
  }
}

/** A setting or secret that an expression reads and nobody gave. */
class Absent {
  readonly root: 'settings' | 'secrets'
  readonly name: string

  constructor(root: Absent['root'], name: string) {
    this.root = root
    this.name = name
  }
}

function notGiven({ root, name }: Absent, place: string): never {
  const what = root === 'secrets' ? 'secret' : 'setting'
  throw new Fault('SETTING_MISSING', `the ${what} "${name}" is not given (${place} needs it)`)
}

function noValue(source: Template | Program, place: string, why: string): never {
  throw new Fault('EXPRESSION_FAILED', `${place}: "${source.source}" has no value (${why})`)
}

function absentInput(source: Template | Program, env: Env): Absent | undefined {
  const programs = 'programs' in source ? source.programs : [source]
  for (const [root, name] of programs.flatMap((program) => program.reads)) {
    if ((root !== 'settings' && root !== 'secrets') || typeof name !== 'string') continue
    const inputs = env[root] as Readonly<Record<string, unknown>>
    if (!Object.hasOwn(inputs, name) || inputs[name] === null || inputs[name] === undefined)
      return new Absent(root, name)
  }
  return undefined
}

/** An empty secret is one that was not given: a form sends it so. */
function revealed({ secrets }: Inputs['input']): Env {
  const entries = Object.entries(secrets).map(([name, secret]) => [name, secret.reveal()] as const)
  return nullProto(Object.fromEntries(entries.filter(([, value]) => value !== '')))
}

/** A copy that inherits nothing, for names that every object has. */
export function nullProto(values: Env): Env {
  return Object.assign(Object.create(null), values)
}

/** @throws {Fault} `EXPRESSION_FAILED` when the value is neither text nor a number or boolean. */
export function asText(value: Value, place: string): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
    return String(value)
  throw new Fault('EXPRESSION_FAILED', `${place}: a text is needed`)
}
