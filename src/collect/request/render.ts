import { jsonValue } from '../../expression/json-value.ts'
import { hasDotSegment } from '../../lib/dot-segment.ts'
import { Fault } from '../../lib/fault.ts'
import { asciiUrl, encode } from '../../lib/url-text.ts'
import type { RequestPlan, TemplateTree } from '../../model/connector.ts'
import type { Env, Template } from '../../model/expression.ts'
import { METHODS } from '../../model/language/words.ts'
import type { OutgoingRequest } from '../../model/transport.ts'
import type { Draft, Pairs } from './draft.ts'
import { isWhole, readsSecrets, templateParts } from './template-parts.ts'
import { neededText, optionalValue, scalarText } from './value.ts'

type Templates = Readonly<Record<string, Template>>

/** What a request's templates are evaluated with. */
export type RenderContext = {
  readonly env: Env
  /** `env` with `secrets`: for headers and bodies only. */
  readonly secretEnv: Env
  readonly baseUrl: string
  /** `connect.headers`. */
  readonly headers?: Templates
}

/**
 * Evaluates a request of the manifest.
 *
 * @throws {Fault} `EXPRESSION_FAILED`; `REQUEST_INVALID` when a value would change the path's shape.
 */
export function renderRequest(plan: RequestPlan, context: RenderContext): Draft {
  const method = METHODS.find((name) => plan[name] !== undefined)
  if (method === undefined) throw new Fault('MANIFEST_INVALID', 'the request names no method')
  const { json, form, text } = plan
  const body = json === undefined ? undefined : treeValue(json, context.secretEnv)
  return {
    method: method.toUpperCase() as OutgoingRequest['method'],
    url: addressOf(plan[method]!, context),
    query: pairsOf(plan.query, context.env, 'query'),
    ...headersOf({ ...context.headers, ...plan.headers }, context.secretEnv),
    ...(body === undefined ? {} : { json: body }),
    ...(form === undefined ? {} : { form: pairsOf(form, context.secretEnv, 'form') }),
    ...(text === undefined ? {} : { text: neededText(text, context.secretEnv, 'text') }),
  }
}

function addressOf(path: Template, { env, baseUrl }: RenderContext): string {
  const written = asciiUrl(isWhole(templateParts(path)) ? neededText(path, env, 'path') : pathText(path, env))
  return /^https?:\/\//i.test(written) ? written : `${baseUrl}${written}`
}

/** Each value becomes one path segment, whatever it holds. */
function pathText(path: Template, env: Env): string {
  const text = templateParts(path)
    .map((part) => {
      if (typeof part === 'string') return part
      const value = encode(neededText(part, env, 'path'))
      if (value === '') throw new Fault('REQUEST_INVALID', `path: {{ ${part.source} }} is empty`)
      return value
    })
    .join('')
  if (hasDotSegment(text.replace(/[?#].*$/s, '')))
    throw new Fault('REQUEST_INVALID', `path: ${path.source} becomes a "." or ".." segment`)
  return text
}

/** A value that is missing or null leaves its name out; a list repeats it. */
function pairsOf(templates: Templates | undefined, env: Env, place: string): Pairs {
  const pairs: (readonly [string, string])[] = []
  for (const [name, template] of Object.entries(templates ?? {})) {
    const value = optionalValue(template, env, `${place}.${name}`)
    if (value === undefined) continue
    for (const item of Array.isArray(value) ? value : [value])
      if (item !== null) pairs.push([name, scalarText(item, `${place}.${name}`)])
  }
  return pairs
}

function headersOf(templates: Templates, env: Env): Pick<Draft, 'headers' | 'secretHeaders'> {
  const headers: Record<string, string> = {}
  const secretHeaders: string[] = []
  for (const [written, template] of Object.entries(templates)) {
    const name = written.toLowerCase()
    const value = optionalValue(template, env, `headers.${written}`)
    if (value === undefined) continue
    headers[name] = scalarText(value, `headers.${written}`)
    if (readsSecrets(template)) secretHeaders.push(name)
  }
  return { headers, secretHeaders }
}

/** @returns `undefined` for what is to be left out. */
function treeValue(tree: TemplateTree, env: Env): unknown {
  switch (tree.kind) {
    case 'constant':
      return tree.value
    case 'template': {
      const value = optionalValue(tree.template, env, 'json')
      return value === undefined ? undefined : jsonValue(value)
    }
    case 'list':
      return tree.items.map((item) => treeValue(item, env)).filter((item) => item !== undefined)
    case 'object':
      return Object.fromEntries(
        tree.entries
          .map(([key, value]) => [key, treeValue(value, env)] as const)
          .filter(([, value]) => value !== undefined),
      )
  }
}
