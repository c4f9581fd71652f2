import type { ApiDocument, Operation, Parameter } from './document.ts'

type Json = Readonly<Record<string, unknown>>

/** The reference as one page that needs nothing else: no script, nothing from elsewhere. */
export function renderReference({ info, tags, paths, components }: ApiDocument): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
  const groups = tags.map(({ name, description }) => {
    const own = operations.filter(({ operation }) => operation.tags.includes(name))
    return `<h2 id="${slug(name)}">${text(name)}</h2><p>${text(description)}</p>${own.map(operationHtml).join('')}`
  })
  const shapes = Object.entries(components.schemas).map(
    ([name, schema]) => `<h3 id="shape-${name}">${name}</h3>${propertiesHtml(schema)}`,
  )
  const links = [...tags.map(({ name }) => name), 'Shapes'].map(
    (name) => `<a href="#${slug(name)}">${text(name)}</a>`,
  )
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${text(info.title)}</title><style>${STYLE}</style>
<nav>${links.join('')}<a href="/api/v1/openapi.json">openapi.json</a></nav>
<main><h1>${text(info.title)} <small>${text(info.version)}</small></h1>${info.description.split('\n\n').map(paragraph).join('')}
${groups.join('\n')}<h2 id="shapes">Shapes</h2>${shapes.join('')}</main></html>`
}

type Listed = { readonly path: string; readonly method: string; readonly operation: Operation }

function operationHtml({ path, method, operation }: Listed): string {
  const { operationId, summary, description, parameters = [], requestBody, responses } = operation
  const body = requestBody?.content['application/json']?.schema
  const answers = Object.entries(responses).map(([status, answer]) => {
    const [schema] = Object.values(answer.content ?? {}).map((media) => media.schema)
    return `<tr><td>${status}<td>${schema === undefined ? '' : typeHtml(schema)}<td>${text(answer.description)}`
  })
  return `<section id="${operationId}"><h3>${text(summary)}</h3>
<p><b>${method.toUpperCase()}</b> <code>${text(path)}</code> <a href="#${operationId}">${operationId}</a></p>
${description === undefined ? '' : paragraph(description)}
${parameters.length === 0 ? '' : `<table>${parameters.map(parameterHtml).join('')}</table>`}
${body === undefined ? '' : `<p>Body: ${typeHtml(body)}</p>`}
<details><summary>Answers</summary><table>${answers.join('')}</table></details></section>`
}

const parameterHtml = ({ name, in: place, required, description = '', schema }: Parameter) =>
  `<tr><td><code>${text(name)}</code>${required === true ? '' : ' <i>optional</i>'}<td>${place}<td>${typeHtml(schema)}<td>${text(description)}`

function propertiesHtml({ properties = {}, required = [] }: Json): string {
  const rows = Object.entries(properties as Readonly<Record<string, Json>>).map(([name, schema]) => {
    const isNeeded = (required as readonly string[]).includes(name)
    return `<tr><td><code>${text(name)}</code>${isNeeded ? '' : ' <i>optional</i>'}<td>${typeHtml(schema)}<td>${text(String(schema['description'] ?? ''))}`
  })
  return `<table>${rows.join('')}</table>`
}

function typeHtml(schema: Json): string {
  const { $ref: ref, enum: values, type, items, format, properties } = schema
  if (typeof ref === 'string') {
    const name = text(ref.slice(ref.lastIndexOf('/') + 1))
    return `<a href="#shape-${name}">${name}</a>`
  }
  if (Array.isArray(values)) return values.map((value) => `<code>${text(String(value))}</code>`).join(' ')
  if (type === 'array') return `list of ${typeHtml(items as Json)}`
  if (type === 'object' && properties !== undefined) return propertiesHtml(schema)
  return text(String(format ?? type ?? 'anything'))
}

const slug = (name: string) => name.toLowerCase().replace(/[^a-z]+/g, '-')
const paragraph = (words: string) => `<p>${text(words).replace(/`([^`]+)`/g, '<code>$1</code>')}</p>`
const text = (words: string) =>
  words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

const STYLE = `:root{color-scheme:light dark;font:15px/1.5 system-ui,sans-serif}body{margin:0;display:flex}
nav{position:sticky;top:0;height:100vh;overflow:auto;flex:0 0 11rem;padding:1rem;box-sizing:border-box}nav a{display:block;padding:.15rem 0}
main{flex:1;min-width:0;max-width:60rem;padding:0 1.5rem 4rem}section{border-top:1px solid #8884;padding:.5rem 0}h3{margin:.5rem 0}
table{border-collapse:collapse}td{padding:.2rem .8rem .2rem 0;vertical-align:top;border-bottom:1px solid #8883}
code{font:13px ui-monospace,monospace}i{color:#888}@media(max-width:700px){body{display:block}nav{height:auto;position:static}}`
