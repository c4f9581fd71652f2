import { entriesOf, itemsOf } from '../draft.ts'
import type { Path } from '../path.ts'
import { requestsOf } from '../requests.ts'
import { complain, complainKey, type Study } from '../study.ts'

/** Headers that the platform or HTTP itself sets: a manifest that could set them could smuggle requests or forge origins. */
const REFUSED = new Set([
  ...[
    'host',
    'content-length',
    'transfer-encoding',
    'connection',
    'te',
    'trailer',
    'upgrade',
    'keep-alive',
    'expect',
  ],
  ...['cookie', 'cookie2', 'set-cookie', 'forwarded', 'via', 'x-real-ip', 'accept-encoding'],
])
const REFUSED_PREFIXES = ['proxy-', 'x-forwarded-', 'sec-', ':']
/** Headers whose value is a credential wherever they are used. */
const CREDENTIALS = new Set([
  'authorization',
  'x-api-key',
  'api-key',
  'apikey',
  'x-auth-token',
  'x-access-token',
])
/** Servers cut or refuse longer ones. */
const MOST_CHARACTERS = 8192

type Texts = Readonly<Record<string, string | undefined>> | undefined

/** Headers are ones that may be set, and constants can be sent as they stand. */
export function headers(study: Study): void {
  const { connect } = study.draft
  headerMap(study, ['connect', 'headers'], connect?.headers)
  for (const [i, method] of itemsOf(connect?.auth)) {
    const at = ['connect', 'auth', i]
    headerMap(study, [...at, 'oauth2', 'tokenHeaders'], method.oauth2?.tokenHeaders)
    for (const kind of ['oauth2', 'login', 'apiKey', 'jwt', 'hmac'] as const)
      headerMap(study, [...at, kind, 'send', 'headers'], method[kind]?.send?.headers)
  }
  for (const { path, request } of requestsOf(study.draft)) {
    headerMap(study, [...path, 'headers'], request.headers)
    for (const [name, text] of entriesOf(request.query))
      constant(study, [...path, 'query', name], text, CONTROL)
  }
}

/** Why a header cannot be set; `undefined` when it can. */
export function refusedHeader(name: string): string | undefined {
  const lower = name.toLowerCase()
  const isRefused = REFUSED.has(lower) || REFUSED_PREFIXES.some((prefix) => lower.startsWith(prefix))
  return isRefused ? `the header ${name} may not be set` : undefined
}

function headerMap(study: Study, path: Path, map: Texts): void {
  const seen = new Set<string>()
  for (const [name, text] of entriesOf(map)) {
    const at = [...path, name]
    const refused = refusedHeader(name)
    if (refused !== undefined) complainKey(study, at, { code: 'HEADER_REFUSED', message: refused })
    if (seen.has(name.toLowerCase()))
      complainKey(study, at, {
        code: 'KEY_REPEATED',
        message: `the header ${name} stands twice: case does not matter`,
      })
    seen.add(name.toLowerCase())
    constant(study, at, text, NOT_SENDABLE)
    if (CREDENTIALS.has(name.toLowerCase()) && !text.includes('{{'))
      complain(study, at, {
        code: 'CREDENTIAL_WRITTEN',
        message: `the credential in ${name} stands in the manifest`,
        hint: 'use {{ secrets.NAME }}',
      })
  }
}

type Forbidden = {
  readonly pattern: RegExp
  readonly code: 'HEADER_REFUSED' | 'VALUE_INVALID'
  readonly message: string
}
const NOT_SENDABLE: Forbidden = {
  pattern: /[^ -~]/,
  code: 'HEADER_REFUSED',
  message: 'the value holds a character that a header cannot carry',
}
const CONTROL: Forbidden = {
  pattern: /\p{Cc}/u,
  code: 'VALUE_INVALID',
  message: 'the value holds a control character',
}

function constant(study: Study, path: Path, text: string, { pattern, code, message }: Forbidden): void {
  const literal = text.replaceAll(/\{\{(?:(?!\}\}).)*\}\}/gs, '')
  const bad = pattern.exec(literal)
  if (bad !== null) complain(study, path, { code, message: `${message} (${hex(bad[0])})` })
  if (literal.length > MOST_CHARACTERS)
    complain(study, path, {
      code: 'VALUE_INVALID',
      message: `the value is longer than ${MOST_CHARACTERS} characters`,
    })
}

const hex = (character: string) =>
  `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`
