import { getConformanceSuite } from '@bufbuild/cel-spec/testdata/tests.js'
import { type Env, Failure, Instant, type Scope, Span, Unsigned } from '../../model/expression.ts'
import { TYPE_VALUES } from '../runtime/kind.ts'
import { setOwn } from '../runtime/map.ts'

/** One test of the CEL conformance suite, in our own value model. */
export type ConformanceTest = {
  /** `file/section/name`. */
  readonly id: string
  readonly expression: string
  readonly isChecked: boolean
  readonly hasMacros: boolean
  readonly container: string
  /** Undefined when a name is of a type our scopes cannot declare. */
  readonly scope: Scope | undefined
  readonly env: Env
  /** `Failure` stands for any failure, at compile time or at run time; undefined when only checking is tested. */
  readonly expected: unknown
}

type Suite = ReturnType<typeof getConformanceSuite>
type Original = Suite['tests'][number]['original']
type ProtoValue = Extract<Original['resultMatcher'], { case: 'value' }>['value']

/** A value of the suite that is a protobuf message or enum, which this language does not have. */
export const MESSAGE: unique symbol = Symbol('message')

export function readSuite(): readonly ConformanceTest[] {
  return getConformanceSuite().suites.flatMap((file) =>
    file.suites.flatMap((section) =>
      section.tests.map(({ original }) =>
        readTest(`${file.name}/${section.name}/${original.name}`, original),
      ),
    ),
  )
}

function readTest(id: string, original: Original): ConformanceTest {
  const env: Record<string, unknown> = {}
  for (const [name, binding] of Object.entries(original.bindings))
    env[name] =
      binding.kind.case === 'value' ? celValue(binding.kind.value) : new Failure('missing', 'unknown')
  return {
    id,
    expression: original.expr,
    isChecked: !original.disableCheck,
    hasMacros: !original.disableMacros,
    container: original.container,
    scope: scopeOf(original, env),
    env,
    expected: expectedOf(original),
  }
}

function expectedOf({ resultMatcher }: Original): unknown {
  switch (resultMatcher.case) {
    case 'value':
      return celValue(resultMatcher.value)
    case 'typedResult':
      return resultMatcher.value.result === undefined ? undefined : celValue(resultMatcher.value.result)
    case 'evalError':
    case 'anyEvalErrors':
      return new Failure('type', 'any')
    case undefined:
      return true
    default:
      return MESSAGE
  }
}

/** Declared names are `dyn`: types inside lists and maps are not ours to declare. */
function scopeOf(original: Original, env: Env): Scope | undefined {
  const names = [...Object.keys(env), ...original.typeEnv.map((declaration) => declaration.name)]
  const isPlain = names.every((name) => /^[A-Za-z_]\w*$/.test(name))
  return isPlain ? Object.fromEntries(names.map((name) => [name, 'dyn' as const])) : undefined
}

function celValue({ kind }: ProtoValue): unknown {
  switch (kind.case) {
    case 'nullValue':
      return null
    case 'uint64Value':
      return new Unsigned(kind.value)
    case 'listValue':
      return kind.value.values.map(celValue)
    case 'mapValue':
      return mapOf(kind.value.entries.map((entry) => [celValue(entry.key!), celValue(entry.value!)]))
    case 'typeValue':
      return TYPE_VALUES[kind.value] ?? MESSAGE
    case 'objectValue':
      return wellKnown(kind.value)
    case 'boolValue':
    case 'int64Value':
    case 'doubleValue':
    case 'stringValue':
    case 'bytesValue':
      return kind.value
    default:
      return MESSAGE
  }
}

function mapOf(entries: readonly (readonly [unknown, unknown])[]): unknown {
  if (!entries.every(([key]) => typeof key === 'string'))
    return new Map(entries.map(([key, value]) => [key instanceof Unsigned ? key.unsigned : key, value]))
  const map: Record<string, unknown> = {}
  for (const [key, value] of entries) setOwn(map, key as string, value)
  return map
}

const TIMES: ReadonlyMap<string, typeof Instant | typeof Span> = new Map<
  string,
  typeof Instant | typeof Span
>([
  ['type.googleapis.com/google.protobuf.Timestamp', Instant],
  ['type.googleapis.com/google.protobuf.Duration', Span],
])

/** Timestamps and durations come packed; both hold seconds in field 1 and nanoseconds in field 2. */
function wellKnown({ typeUrl, value }: { readonly typeUrl: string; readonly value: Uint8Array }): unknown {
  const Time = TIMES.get(typeUrl)
  if (Time === undefined) return MESSAGE
  const [seconds, nanos] = readFields(value)
  const carry = Math.floor(Number(nanos) / 1e6)
  return new Time(Number(seconds) * 1000 + carry, Number(nanos) - carry * 1e6)
}

function readFields(bytes: Uint8Array): readonly [bigint, bigint] {
  const fields = [0n, 0n, 0n]
  for (let at = 0; at < bytes.length; ) {
    const field = bytes[at++]! >> 3
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++]!
      value |= BigInt(byte & 127) << shift
      if (byte < 128) break
    }
    fields[field] = BigInt.asIntN(64, value)
  }
  return [fields[1]!, fields[2]!]
}
