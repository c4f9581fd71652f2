import { nearest } from '../lib/nearest.ts'
import { describeNode, type Node, type ScalarNode } from './node.ts'
import type { Path } from './path.ts'
import { matches, type Schema, type Unit } from './schema.ts'
import { atValue, type Walk } from './walk.ts'
import { list, nameOf, notThat } from './walk-object.ts'

const UNITS: Readonly<Record<Unit, { readonly wanted: string; readonly hint: string }>> = {
  duration: { wanted: 'a duration', hint: 'a number with ms, s, m, h or d, such as 15m' },
  size: { wanted: 'a size', hint: 'a number with B, KiB or MiB, such as 10MiB' },
  rate: { wanted: 'a rate', hint: 'a number per s, min, h or d, such as 600/min' },
}

/** A single value: text, number, boolean, one word of a list. */
export function walkScalar(walk: Walk, schema: Schema, node: Node, path: Path): unknown {
  if (schema['x-unit'] !== undefined) return walkUnit(walk, schema, node, path)
  if (schema.const !== undefined) return walkConstant(walk, schema.const, node, path)
  switch (schema.type) {
    case 'string':
      return walkText(walk, schema, node, path)
    case 'integer':
    case 'number':
      return walkNumber(walk, schema, node, path)
    default:
      if (node.kind === 'scalar' && typeof node.value === 'boolean') return node.value
      return notThat(walk, node, path, 'true or false')
  }
}

function walkUnit(walk: Walk, schema: Schema, node: Node, path: Path): string | undefined {
  const { wanted, hint } = UNITS[schema['x-unit']!]
  const text = node.kind === 'scalar' ? node.written : ''
  if (matches(schema.pattern ?? '', text)) return text
  return notThat(walk, node, path, wanted, hint)
}

function walkConstant(walk: Walk, wanted: unknown, node: Node, path: Path): unknown {
  if (node.kind === 'scalar' && node.value === wanted) return wanted
  return notThat(walk, node, path, JSON.stringify(wanted))
}

function walkText(walk: Walk, schema: Schema, node: Node, path: Path): string | undefined {
  if (node.kind !== 'scalar' || node.value === null) return notThat(walk, node, path, wantedText(schema))
  if (typeof node.value !== 'string')
    return notThat(
      walk,
      node,
      path,
      wantedText(schema),
      schema.enum ? undefined : `put it in quotes: "${node.written}"`,
    )
  const text = node.value
  if (schema.enum !== undefined) return walkChoice(walk, schema.enum, node, path)
  if (text.length < (schema.minLength ?? 0)) return notThat(walk, node, path, 'a text')
  if (schema.pattern !== undefined && !matches(schema.pattern, text))
    return atValue(walk, node, path, {
      code: 'VALUE_INVALID',
      message: `${nameOf(path)} cannot be ${JSON.stringify(text)}`,
      hint: `it matches ${schema.pattern}${exampleOf(schema)}`,
    })
  return text
}

function walkChoice(walk: Walk, words: readonly string[], node: ScalarNode, path: Path): string | undefined {
  const text = String(node.value)
  if (words.includes(text)) return text
  const meant = nearest(text, words)
  return atValue(walk, node, path, {
    code: 'VALUE_INVALID',
    message: `${nameOf(path)} cannot be ${JSON.stringify(text)}`,
    hint: meant === undefined ? list('it is one of', words) : `did you mean "${meant}"?`,
  })
}

function wantedText(schema: Schema): string {
  return schema.enum === undefined ? 'a text' : list('one of', schema.enum)
}

function exampleOf(schema: Schema): string {
  return schema.examples === undefined ? '' : `, e.g. ${String(schema.examples[0])}`
}

function walkNumber(walk: Walk, schema: Schema, node: Node, path: Path): number | undefined {
  const wanted = schema.type === 'integer' ? 'a whole number' : 'a number'
  if (node.kind !== 'scalar' || typeof node.value !== 'number') return notThat(walk, node, path, wanted)
  const { value } = node
  const fits = schema.type === 'integer' ? Number.isSafeInteger(value) : Number.isFinite(value)
  if (!fits) return notThat(walk, node, path, wanted)
  const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = schema
  if (value >= minimum && value <= maximum) return value
  return atValue(walk, node, path, {
    code: 'VALUE_INVALID',
    message: `${nameOf(path)} cannot be ${describeNode(node) === 'a number' ? node.written : value}`,
    hint: `it lies between ${minimum} and ${maximum === Number.POSITIVE_INFINITY ? 'any number above' : maximum}`,
  })
}
