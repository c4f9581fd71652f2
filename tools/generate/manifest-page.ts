import { type Schema, valueSchemaOf } from '../../src/manifest/schema.ts'
import { NAMES, SCOPES } from '../../src/model/language/scopes.ts'
import { describeValue } from './describe-value.ts'

/** The reference of every field, as the second half of docs/manifest.md. */
export function renderReference(language: Schema): string {
  const page: Page = { sections: [], anchors: new Map(), scopes: scopesByContent(language) }
  addObject(page, language, '')
  return `${REFERENCE}\n\n${names()}\n\n${page.sections.join('\n\n')}\n`
}

type Page = {
  readonly sections: string[]
  /** Sections of parts that occur more than once, by what they hold. */
  readonly anchors: Map<string, string>
  /** The scopes of an object's own fields, at each place where it occurs. */
  readonly scopes: ReadonlyMap<string, ReadonlySet<string>>
}

function scopesByContent(language: Schema): ReadonlyMap<string, ReadonlySet<string>> {
  const scopes = new Map<string, Set<string>>()
  const visit = (schema: Schema): void => {
    const known = scopes.get(contentOf(schema)) ?? new Set()
    if (schema.properties !== undefined) scopes.set(contentOf(schema), known)
    known.add([...new Set(ownScopes(schema))].toSorted().join(' '))
    for (const part of partsOf(schema)) visit(part)
  }
  visit(language)
  return scopes
}

function partsOf(schema: Schema): readonly Schema[] {
  const parts = [
    schema.items,
    valueSchemaOf(schema),
    ...(schema.anyOf ?? []),
    ...Object.values(schema.properties ?? {}),
  ]
  return parts.filter((part) => part !== undefined)
}

/** The scopes of the fields that stand directly in an object. */
function ownScopes(schema: Schema): readonly string[] {
  return Object.values(schema.properties ?? {}).flatMap((property) => {
    const own = property['x-expression'] ?? property['x-template']
    return own === undefined ? [] : [own.scope]
  })
}

const REFERENCE = `# Reference

Every key of the language. **Bold** keys are required. *Names* says which names an expression or a \`{{ }}\` may use; the lists are
[below](#names). A \`NAME\` in a path is yours to choose.`

function names(): string {
  const scopes = Object.entries(SCOPES).map(
    ([scope, known]) => `| \`${scope}\` | ${Object.keys(known).map(code).join(', ')} |`,
  )
  const meanings = Object.entries(NAMES).map(([name, about]) => `| \`${name}\` | ${cell(about)} |`)
  return `## Names

| Where | Names |
|---|---|
${scopes.join('\n')}

\`secrets\` is known where the reference says *secrets*; \`tables\` inside \`map\`; in checks each stream of \`reads\` by its own name. A name
that stands for a part of the manifest is known only where that part is declared.

| Name | What it is |
|---|---|
${meanings.join('\n')}`
}

/** A section for an object, then those of the objects inside it. */
function addObject(page: Page, schema: Schema, path: string): void {
  const rows = Object.entries(schema.properties ?? {}).map(([key, property]) =>
    row(page, { schema, key, property, path }),
  )
  const notes = noteOf(schema)
  const table = [
    '| Key | Value | Default | Names | |',
    '|---|---|---|---|---|',
    ...rows.map(({ text }) => text),
  ].join('\n')
  const heading = path === '' ? 'The whole manifest' : code(path)
  page.sections.push([`## ${heading}`, schema.description ?? '', ...notes, table].join('\n\n'))
  for (const { inner } of rows) for (const add of inner) add()
}

function noteOf(schema: Schema): readonly string[] {
  const one = schema['x-one-of']
  const most = schema['x-at-most-one-of']
  return [
    ...(one === undefined ? [] : [`Exactly one of ${one.map(code).join(', ')}.`]),
    ...(most === undefined ? [] : [`At most one of ${most.map(code).join(', ')}.`]),
  ]
}

type Field = {
  readonly schema: Schema
  readonly key: string
  readonly property: Schema
  readonly path: string
}
type Row = { readonly text: string; readonly inner: readonly (() => void)[] }

function row(page: Page, { schema, key, property, path }: Field): Row {
  const here = path === '' ? key : `${path}.${key}`
  const isRequired = schema.required?.includes(key) ?? false
  const objects = objectsIn(property, here)
  const links: string[] = []
  const inner: (() => void)[] = []
  for (const { object, at } of objects) {
    const content = contentOf(object)
    const known = page.anchors.get(content)
    const name = known ?? (isShared(page, object) ? (at.split('.').at(-1) ?? at) : at)
    links.push(name)
    if (known !== undefined) continue
    page.anchors.set(content, name)
    inner.push(() => addObject(page, object, name))
  }
  const { value, names } = describeValue(property, links.map(link))
  const about = [property.description, innerText(property), exampleOf(property)].filter(Boolean).join(' ')
  const cells = [
    isRequired ? `**${code(key)}**` : code(key),
    value,
    defaultOf(property),
    namesText(page, { schema, objects, names }),
    about,
  ]
  return { text: `| ${cells.map(cell).join(' | ')} |`, inner }
}

const isShared = (page: Page, part: Schema) => (page.scopes.get(contentOf(part))?.size ?? 0) > 1

/** A shared part is described once: which names it may use is said where it is used. */
function namesText(
  page: Page,
  field: { schema: Schema; objects: readonly { object: Schema }[]; names: string },
): string {
  const { schema, objects, names } = field
  if (names !== '') return isShared(page, schema) ? names.replace(/^`\w+`/, 'as its place') : names
  const scopes = objects
    .filter(({ object }) => isShared(page, object))
    .flatMap(({ object }) => ownScopes(object))
  return [...new Set(scopes)].map(code).join(', ')
}

/** What a list or a map of single values says about each. */
function innerText(schema: Schema): string {
  const inner = schema.items ?? valueSchemaOf(schema)
  if (inner === undefined || inner.properties !== undefined || inner.anyOf !== undefined) return ''
  return [inner.description, exampleOf(inner)].filter(Boolean).join(' ')
}

/** The objects that a field holds: itself, in a list, under names, or one of several. */
function objectsIn(
  schema: Schema,
  path: string,
): readonly { readonly object: Schema; readonly at: string }[] {
  if (schema['x-variants'] !== undefined)
    return (schema.anyOf ?? []).flatMap((variant) => {
      const word = String(variant.properties?.[schema['x-variants'] ?? '']?.const)
      return objectsIn(variant, `${path} (${word})`)
    })
  if (schema.anyOf !== undefined) return unique(schema.anyOf.flatMap((option) => objectsIn(option, path)))
  if (schema.items !== undefined) return objectsIn(schema.items, `${path}[]`)
  const inner = valueSchemaOf(schema)
  if (inner !== undefined) return objectsIn(inner, `${path}.NAME`)
  return schema.properties === undefined ? [] : [{ object: schema, at: path }]
}

function unique(found: readonly { readonly object: Schema; readonly at: string }[]) {
  return [...new Map(found.map((entry) => [contentOf(entry.object), entry])).values()]
}

/** Two parts with the same keys and sentences are one section, whatever names their expressions may use. */
function contentOf(schema: Schema): string {
  return JSON.stringify(
    Object.entries(schema.properties ?? {}).map(([key, property]) => [key, property.description]),
  )
}

function defaultOf({ default: value }: Schema): string {
  if (value === undefined) return ''
  return code(typeof value === 'string' ? value : JSON.stringify(value))
}

function exampleOf({ examples }: Schema): string {
  const [example] = examples ?? []
  if (example === undefined) return ''
  return `E.g. ${code(typeof example === 'string' ? example : JSON.stringify(example))}`
}

const code = (text: string) => `\`${text}\``
const link = (path: string) => `[${code(path)}](#${anchorOf(path)})`
/** As the usual renderers of Markdown make them. */
const anchorOf = (path: string) =>
  path
    .toLowerCase()
    .replaceAll(/[^\w -]/g, '')
    .replaceAll(' ', '-')
const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ')
