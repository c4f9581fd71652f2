import { createHash } from 'node:crypto'
import { compileExpression, compileTemplate } from '../expression/compile.ts'
import { canonicalJson } from '../lib/canonical.ts'
import { Fault } from '../lib/fault.ts'
import type { Complaint } from '../model/complaint.ts'
import type { Connector, TemplateTree } from '../model/connector.ts'
import type { Program, Template } from '../model/expression.ts'
import { SCOPES } from '../model/language/scopes.ts'
import { type CheckedManifest, check, type ManifestFiles } from './check.ts'
import { LANGUAGE } from './language.ts'
import { formatPath, type Path } from './path.ts'
import { emptyMap } from './plain.ts'
import { type Schema, type Unit, valueSchemaOf, variantOf } from './schema.ts'
import type { Meanings } from './study.ts'
import { durationMs, rateOf, sizeBytes } from './units.ts'

/**
 * Makes a connector of a manifest that was checked: every expression a program, every text a template, every duration
 * milliseconds, every default filled in. No I/O; equal manifests give equal digests, whatever the order of their keys and
 * however they are spread over files.
 */
export function compile({ document, meanings }: CheckedManifest): Connector {
  const built = build({ schema: LANGUAGE, value: document, path: [] }, meanings) as Omit<Connector, 'digest'>
  const digest = createHash('sha256').update(canonicalJson(document)).digest('hex')
  return { ...built, digest } as Connector
}

/** Checks and compiles in one go. Warnings are given beside the connector. */
export function loadConnector(files: ManifestFiles): {
  readonly connector?: Connector
  readonly complaints: readonly Complaint[]
} {
  const { manifest, complaints } = check(files)
  return manifest === undefined ? { complaints } : { connector: compile(manifest), complaints }
}

type Part = { readonly schema: Schema; readonly value: unknown; readonly path: Path }

const UNITS: Readonly<Record<Unit, (text: string) => unknown>> = {
  duration: durationMs,
  size: sizeBytes,
  rate: rateOf,
}

function build(part: Part, meanings: Meanings): unknown {
  const { schema, value, path } = part
  if (schema['x-unit'] !== undefined) return UNITS[schema['x-unit']](String(value))
  if (schema['x-expression'] !== undefined) return programAt(part, meanings)
  if (schema['x-template'] !== undefined) return templateAt(part, meanings)
  if (schema['x-tree'] !== undefined) return treeAt(part, meanings)
  if (schema.anyOf !== undefined) return build({ ...part, schema: optionFor(schema, value) }, meanings)
  if (Array.isArray(value))
    return value.map((item, i) =>
      build({ schema: schema.items ?? {}, value: item, path: [...path, i] }, meanings),
    )
  if (schema.patternProperties !== undefined) return buildMap(part, meanings)
  if (schema.properties !== undefined) return buildObject(part, meanings)
  return value
}

function buildMap({ schema, value, path }: Part, meanings: Meanings): unknown {
  const inner = valueSchemaOf(schema) ?? {}
  const map = emptyMap<unknown>()
  for (const [key, item] of Object.entries(value as object))
    map[key] = build({ schema: inner, value: item, path: [...path, key] }, meanings)
  return map
}

function buildObject({ schema, value, path }: Part, meanings: Meanings): unknown {
  const given = value as Readonly<Record<string, unknown>>
  const object: Record<string, unknown> = {}
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    const item = Object.hasOwn(given, key) ? given[key] : property.default
    if (item !== undefined)
      object[key] = build({ schema: property, value: item, path: [...path, key] }, meanings)
  }
  return object
}

/** The alternative that a sound value belongs to. */
function optionFor(schema: Schema, value: unknown): Schema {
  const by = schema['x-variants']
  if (by !== undefined) return variantOf(schema, by, Object(value)[by]) ?? {}
  const type = Array.isArray(value) ? 'array' : typeof value
  return (
    schema.anyOf?.find(
      (option) => option.type === type || (option.type === 'integer' && type === 'number'),
    ) ?? {}
  )
}

/** A field without a compiled program was not written: it has the language's default. */
function programAt({ schema, value, path }: Part, { programs }: Meanings): Program {
  const known = programs.get(formatPath(path))
  if (known !== undefined) return known
  const compiled = compileExpression(String(value), SCOPES[schema['x-expression']!.scope])
  return 'program' in compiled ? compiled.program : neverSound(path)
}

function templateAt({ schema, value, path }: Part, { templates }: Meanings): Template {
  const known = templates.get(formatPath(path))
  if (known !== undefined) return known
  const { scope, secrets } = schema['x-template']!
  const names = secrets === true ? { ...SCOPES[scope], secrets: 'map' as const } : SCOPES[scope]
  const compiled = compileTemplate(String(value), names)
  return 'template' in compiled ? compiled.template : neverSound(path)
}

function treeAt({ value, path }: Pick<Part, 'value' | 'path'>, meanings: Meanings): TemplateTree {
  if (typeof value === 'string')
    return { kind: 'template', template: meanings.templates.get(formatPath(path)) ?? neverSound(path) }
  if (Array.isArray(value))
    return {
      kind: 'list',
      items: value.map((item, i) => treeAt({ value: item, path: [...path, i] }, meanings)),
    }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(
      ([key, item]) => [key, treeAt({ value: item, path: [...path, key] }, meanings)] as const,
    )
    return { kind: 'object', entries }
  }
  return { kind: 'constant', value: value as null | boolean | number }
}

/** @throws {Fault} always: only a value that `check` did not make gets here. */
function neverSound(path: Path): never {
  throw new Fault('MANIFEST_INVALID', `${formatPath(path)} was not checked`)
}
