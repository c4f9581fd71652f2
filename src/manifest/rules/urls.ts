import { type AuthDraft, itemsOf } from '../draft.ts'
import { covers, type HostLabel, type HostPattern, isHostPattern, optionsOf, parseHost } from '../host.ts'
import type { Path } from '../path.ts'
import { METHODS, requestsOf } from '../requests.ts'
import { complain, type Study } from '../study.ts'

/** Every address that is known before the run leads to a declared host, by https, and nowhere else. */
export function urls(study: Study): void {
  const { connect } = study.draft
  const declared = itemsOf(connect?.hosts)
    .map(([, text]) => parseHost(text))
    .filter(isHostPattern)
  const check = (path: Path, text: string | undefined) => {
    if (text !== undefined) address(study, { path, text, declared })
  }
  check(['connect', 'baseUrl'], connect?.baseUrl)
  if (connect?.baseUrl?.endsWith('/'))
    complain(study, ['connect', 'baseUrl'], {
      code: 'URL_INVALID',
      message: 'baseUrl ends without a slash: paths begin with one',
    })
  for (const [i, { oauth2 }] of itemsOf(connect?.auth))
    for (const key of OAUTH_URLS) check(['connect', 'auth', i, 'oauth2', key], oauth2?.[key])
  for (const { path, request } of requestsOf(study.draft))
    for (const method of METHODS) {
      const text = request[method]
      if (text !== undefined) requestPath(study, { path: [...path, method], text, declared })
    }
}

const OAUTH_URLS = [
  'authorizationUrl',
  'deviceUrl',
  'tokenUrl',
  'refreshUrl',
  'revocationUrl',
] as const satisfies readonly (keyof NonNullable<AuthDraft['oauth2']>)[]

type Address = { readonly path: Path; readonly text: string; readonly declared: readonly HostPattern[] }

/** A text that is one expression gets its host from data: the platform decides when it is called. */
const isOneExpression = (text: string) => /^\{\{(?:(?!\}\}).)*\}\}$/s.test(text.trim())

function address(study: Study, { path, text, declared }: Address): void {
  if (isOneExpression(text)) return
  const parts = /^([a-z][a-z0-9+.-]*):\/\/((?:\{\{(?:(?!\}\}).)*\}\}|[^/?#{]|\{(?!\{))*)(.*)$/is.exec(text)
  const [, scheme = '', authority = '', rest = ''] = parts ?? []
  if (scheme.toLowerCase() !== 'https')
    return complain(study, path, { code: 'URL_INVALID', message: 'an address begins with https://' })
  pathRules(study, path, rest)
  const keptHost = /^\{\{\s*grant\./.test(authority)
  if (keptHost) return
  const pattern = parseHost(authority)
  if (!isHostPattern(pattern))
    return complain(study, path, { code: 'URL_INVALID', message: pattern.message, hint: pattern.hint })
  for (const host of expand(study, pattern))
    if (!declared.some((known) => covers(known, host)))
      return complain(study, path, {
        code: 'HOST_UNDECLARED',
        message: `${show(host)} is not in connect.hosts`,
        hint: `add it, or use one of ${declared.map(show).join(', ')}`,
      })
}

/** A host with a choice setting stands for each of its options, where the setting itself is not declared as a label. */
function expand({ draft }: Study, pattern: HostPattern): readonly HostPattern[] {
  const [only] = pattern
  const options = pattern.length === 1 && only?.kind === 'setting' ? optionsOf(draft, only.name) : undefined
  return options?.map(parseHost).filter(isHostPattern) ?? [pattern]
}

function show(pattern: HostPattern): string {
  return pattern.map(showLabel).join('.')
}

function showLabel(label: HostLabel): string {
  if (label.kind === 'any') return '*'
  return label.kind === 'literal' ? label.text : `{{ settings.${label.name} }}`
}

function requestPath(study: Study, { path, text, declared }: Address): void {
  if (isOneExpression(text)) return
  if (/^[a-z][a-z0-9+.-]*:/i.test(text)) return address(study, { path, text, declared })
  if (!text.startsWith('/') || text.startsWith('//'))
    return complain(study, path, {
      code: 'URL_INVALID',
      message: 'a path begins with one slash',
      hint: 'a path below baseUrl such as /users, an absolute URL, or one {{ }} that holds an address',
    })
  pathRules(study, path, text)
}

const PATH_RULES: readonly (readonly [pattern: RegExp, message: string, hint?: string])[] = [
  [/\?/, 'a path has no parameters', 'put them in query'],
  [/#/, 'a path has no fragment'],
  [/(?:^|\/)\.{1,2}(?:\/|$)/, 'a path has no dot segments'],
  [/\\/, 'a path has no backslash'],
  [/[^!-~]/, 'a path holds no spaces and no characters beyond ASCII', 'percent-encode them'],
]

function pathRules(study: Study, path: Path, text: string): void {
  const literal = text.replaceAll(/\{\{(?:(?!\}\}).)*\}\}/gs, 'x')
  const broken = PATH_RULES.find(([pattern]) => pattern.test(literal))
  if (broken !== undefined)
    complain(study, path, { code: 'URL_INVALID', message: broken[1], hint: broken[2] })
}
