import { METHODS } from '../../model/language/words.ts'
import type { Remark } from '../complain.ts'
import { type AuthDraft, itemsOf } from '../draft.ts'
import { covers, type HostLabel, type HostPattern, isHostPattern, optionsOf, parseHost } from '../host.ts'
import type { Path } from '../path.ts'
import { requestsOf } from '../requests.ts'
import { complain, type Study } from '../study.ts'

/** Every address that is known before the run leads to a declared host, by https, and nowhere else. */
export function urls(study: Study): void {
  const { connect } = study.draft
  const declared = itemsOf(connect?.hosts)
    .map(([, text]) => parseHost(text))
    .filter(isHostPattern)
  const judge = (path: Path, text: string | undefined, problemOf: typeof addressProblem) => {
    const problem = text === undefined ? undefined : problemOf(study, text, declared)
    if (problem !== undefined) complain(study, path, problem)
  }
  judge(['connect', 'baseUrl'], connect?.baseUrl, baseProblem)
  for (const [i, { oauth2 }] of itemsOf(connect?.auth))
    for (const key of OAUTH_URLS) judge(['connect', 'auth', i, 'oauth2', key], oauth2?.[key], addressProblem)
  for (const { path, request } of requestsOf(study.draft))
    for (const method of METHODS) judge([...path, method], request[method], pathProblem)
}

const OAUTH_URLS = [
  'authorizationUrl',
  'deviceUrl',
  'tokenUrl',
  'refreshUrl',
  'revocationUrl',
] as const satisfies readonly (keyof NonNullable<AuthDraft['oauth2']>)[]

/** A text that is one expression gets its host from data: the platform decides when it is called. */
const isOneExpression = (text: string) => /^\{\{(?:(?!\}\}).)*\}\}$/s.test(text.trim())

const HTTP_HINT = 'for an app on your own machine: fairlead run --allow-loopback NAME=http://127.0.0.1:8080'

/** Scheme, host and rest, where `{{ }}` may stand in each. */
const ADDRESS = /^([a-z][a-z0-9+.-]*):\/\/((?:\{\{(?:(?!\}\}).)*\}\}|[^/?#{]|\{(?!\{))*)(.*)$/is

function addressProblem(study: Study, text: string, declared: readonly HostPattern[]): Remark | undefined {
  if (isOneExpression(text)) return undefined
  const [, scheme = '', authority = '', rest = ''] = ADDRESS.exec(text) ?? []
  if (scheme.toLowerCase() !== 'https')
    return {
      code: 'URL_INVALID',
      message: 'an address begins with https://',
      ...(/^http$/i.test(scheme) && { hint: HTTP_HINT }),
    }
  // What a token answer gives is judged when it is called.
  const isKept = /^\{\{\s*grant\./.test(authority)
  return (isKept ? undefined : hostProblem(study, authority, declared)) ?? restProblem(rest)
}

function hostProblem(study: Study, authority: string, declared: readonly HostPattern[]): Remark | undefined {
  const pattern = parseHost(authority)
  if (!isHostPattern(pattern)) return { code: 'URL_INVALID', ...pattern }
  // A setting that does not exist was reported where it is used.
  const settings = Object.keys(study.draft.connect?.settings ?? {})
  if (pattern.some((label) => label.kind === 'setting' && !settings.includes(label.name))) return undefined
  const stranger = expand(study, pattern).find((host) => !declared.some((known) => covers(known, host)))
  if (stranger === undefined) return undefined
  return {
    code: 'HOST_UNDECLARED',
    message: `${show(stranger)} is not in connect.hosts`,
    hint: declared.length === 0 ? 'add it' : `add it, or use one of ${declared.map(show).join(', ')}`,
  }
}

function baseProblem(study: Study, text: string, declared: readonly HostPattern[]): Remark | undefined {
  if (text.endsWith('/'))
    return { code: 'URL_INVALID', message: 'baseUrl ends without a slash: paths begin with one' }
  return addressProblem(study, text, declared)
}

function pathProblem(study: Study, text: string, declared: readonly HostPattern[]): Remark | undefined {
  if (isOneExpression(text)) return undefined
  if (/^[a-z][a-z0-9+.-]*:/i.test(text)) return addressProblem(study, text, declared)
  if (text.startsWith('/') && !text.startsWith('//')) return restProblem(text)
  return {
    code: 'URL_INVALID',
    message: 'a path begins with one slash',
    hint: 'a path below baseUrl such as /users, an absolute URL, or one {{ }} that holds an address',
  }
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

const PATH_RULES: readonly (readonly [pattern: RegExp, message: string, hint?: string])[] = [
  [/\?/, 'a path has no parameters', 'put them in query'],
  [/#/, 'a path has no fragment'],
  [/(?:^|\/)\.{1,2}(?:\/|$)/, 'a path has no dot segments'],
  [/\\/, 'a path has no backslash'],
  [/[^!-~]/, 'a path holds no spaces and no characters beyond ASCII', 'percent-encode them'],
]

function restProblem(text: string): Remark | undefined {
  const literal = text.replaceAll(/\{\{(?:(?!\}\}).)*\}\}/gs, 'x')
  const broken = PATH_RULES.find(([pattern]) => pattern.test(literal))
  return broken && { code: 'URL_INVALID', message: broken[1], hint: broken[2] }
}
