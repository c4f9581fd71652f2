import { jsonValue } from '../expression/json-value.ts'
import { hasDotSegment } from '../lib/dot-segment.ts'
import { Fault } from '../lib/fault.ts'
import { stringifyJson } from '../lib/json.ts'
import { encode, formText, queryText } from '../lib/url-text.ts'
import type { TemplateTree } from '../model/connector.ts'
import type { Template } from '../model/expression.ts'
import { METHODS } from '../model/language/words.ts'
import type { OutgoingRequest } from '../model/transport.ts'
import type { LoginPlan } from './method.ts'
import type { Reader } from './reader.ts'

type RequestPlan = LoginPlan['request']

/** The request of a login. All its headers count as credentials. */
export function loginRequest(plan: RequestPlan, reader: Reader, baseUrl: Template): OutgoingRequest {
  const method = METHODS.find((name) => plan[name] !== undefined)
  if (method === undefined) throw new Fault('MANIFEST_INVALID', 'login.request names no method')
  const path = pathText(plan[method]!, reader)
  const url = /^https?:\/\//i.test(path) ? path : `${reader.text(baseUrl, 'connect.baseUrl')}${path}`
  const query = queryText(pairsOf(reader.values(plan.query, 'login.request.query')))
  const { type, body } = bodyOf(plan, reader)
  const headers = Object.fromEntries(
    Object.entries(reader.texts(plan.headers, 'login.request.headers')).map(([name, value]) => [
      name.toLowerCase(),
      value,
    ]),
  )
  return {
    method: method.toUpperCase() as OutgoingRequest['method'],
    url: query === '' ? url : `${url}${url.includes('?') ? '&' : '?'}${query}`,
    headers: {
      accept: 'application/json',
      ...(type === undefined ? {} : { 'content-type': type }),
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
    credentialHeaders: Object.keys(headers),
  }
}

/** A value inside a path must be one plain segment; a path that is one whole {{ }} is taken as it is. */
function pathText(template: Template, reader: Reader): string {
  const path = reader.text(template, 'login.request')
  const isWhole = template.programs.length === 1 && /^\{\{.*\}\}$/s.test(template.source.trim())
  if (!isWhole) {
    for (const program of template.programs) {
      const value = reader.text(program, 'login.request')
      if (encode(value) !== value || hasDotSegment(value))
        throw new Fault('REQUEST_INVALID', `login.request: {{ ${program.source} }} is no plain path segment`)
    }
  }
  return path
}

/** A list repeats its name. */
function pairsOf(query: Readonly<Record<string, unknown>>): readonly (readonly [string, string])[] {
  return Object.entries(query).flatMap(([name, value]) =>
    [value].flat().map((item) => [name, String(item)] as const),
  )
}

type Body = { readonly type?: string; readonly body?: string }

function bodyOf({ json, form, text }: RequestPlan, reader: Reader): Body {
  if (json !== undefined)
    return { type: 'application/json', body: stringifyJson(treeValue(json, reader, 'login.request.json')) }
  if (form !== undefined) {
    const pairs = Object.entries(reader.texts(form, 'login.request.form'))
    return { type: 'application/x-www-form-urlencoded', body: formText(pairs) }
  }
  return text === undefined ? {} : { body: reader.text(text, 'login.request.text') }
}

/** What may be left empty and was is left out: `undefined`, which JSON does not write. */
function treeValue(tree: TemplateTree, reader: Reader, place: string): unknown {
  switch (tree.kind) {
    case 'constant':
      return tree.value
    case 'template':
      return jsonValue(reader.optional(tree.template, place))
    case 'list':
      return tree.items
        .map((item, index) => treeValue(item, reader, `${place}[${index}]`))
        .filter((item) => item !== undefined)
    case 'object':
      return Object.fromEntries(
        tree.entries.map(([key, value]) => [key, treeValue(value, reader, `${place}.${key}`)]),
      )
  }
}
