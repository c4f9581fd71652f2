import { type ActionDraft, entriesOf, type RequestDraft } from '../draft.ts'
import type { Path } from '../path.ts'
import { methodOf } from '../requests.ts'
import { complain, complainKey, isWritten, type Study } from '../study.ts'

/** Every action says what it acts on, how we know that it worked, and what undoes it. */
export function actions(study: Study): void {
  for (const [name, action] of entriesOf(study.draft.actions)) {
    const path = ['actions', name]
    reversal(study, path, action)
    effect(study, path, action)
    target(study, path, action)
  }
}

function reversal(study: Study, path: Path, action: ActionDraft): void {
  const hasRevert = isWritten(study, [...path, 'revert'])
  if (!hasRevert && action.irreversible !== true)
    complainKey(study, path, {
      code: 'FIELD_MISSING',
      message: `"${path[1]}" needs "revert"`,
      hint: 'the action that undoes it, or irreversible: true',
    })
  if (hasRevert && action.irreversible === true)
    complainKey(study, [...path, 'irreversible'], {
      code: 'FIELD_CONFLICT',
      message: '"irreversible" and "revert" exclude each other',
    })
}

function effect(study: Study, path: Path, { request, verify }: ActionDraft): void {
  if (request !== undefined && methodOf(request) === 'get')
    complainKey(study, [...path, 'request', 'get'], {
      code: 'VALUE_INVALID',
      message: 'a GET request should change nothing',
      hint: "see the vendor's page",
      level: 'warning',
    })
  const method = verify?.request && methodOf(verify.request)
  if (method !== undefined && method !== 'get' && method !== 'post')
    complainKey(study, [...path, 'verify', 'request', method], {
      code: 'VALUE_INVALID',
      message: 'verify only reads: it must not change anything',
    })
  else if (method !== undefined && isAgain(verify?.request ?? {}, request ?? {}))
    complainKey(study, [...path, 'verify', 'request', method], {
      code: 'VALUE_INVALID',
      message: 'verify sends the action again',
      hint: 'read the state back; where the app has no request for one record, look for the event in its activity log',
    })
}

/** The same line of a request. With a body of its own it is another one: apps with one address for everything tell by that. */
function isAgain(verify: RequestDraft, action: RequestDraft): boolean {
  const method = methodOf(verify)
  if (method === undefined || method === 'get' || verify[method] !== action[method]) return false
  return BODIES.every(
    (kind) => verify[kind] === undefined || JSON.stringify(verify[kind]) === JSON.stringify(action[kind]),
  )
}

const BODIES = ['json', 'form', 'text'] as const

/** What each verb can act on. */
const TARGETS: Readonly<Record<string, readonly string[]>> = {
  'account.suspend': ['account'],
  'account.restore': ['account'],
  'account.delete': ['account'],
  'session.revoke': ['account', 'token'],
  'password.reset': ['account'],
  'mfa.reset': ['account'],
  'token.revoke': ['token'],
  'grant.revoke': ['grant', 'app'],
  'role.remove': ['role', 'account', 'grant'],
  'member.remove': ['account', 'group'],
  'share.remove': ['resource', 'grant'],
  'app.disable': ['app', 'resource', 'grant'],
  'app.enable': ['app', 'resource', 'grant'],
  'setting.set': ['setting'],
  'resource.quarantine': ['resource'],
  'resource.restore': ['resource'],
}
/** The kinds of stream where the thing is found. */
const FOUND_IN: Readonly<Record<string, readonly string[]>> = {
  account: ['accounts'],
  group: ['groups'],
  role: ['roles'],
  grant: ['grants'],
  token: ['tokens'],
  resource: ['resources'],
  setting: ['settings'],
  app: ['resources', 'grants'],
}

function target(study: Study, path: Path, { verb, on }: ActionDraft): void {
  if (on === undefined) return
  const allowed = TARGETS[verb ?? '']
  if (allowed !== undefined && !allowed.includes(on))
    complain(study, [...path, 'on'], {
      code: 'REFERENCE_UNFIT',
      message: `${verb} acts on ${allowed.join(' or ')}, not on ${on}`,
    })
  const kinds = FOUND_IN[on] ?? []
  const streams = entriesOf(study.draft.streams)
  if (!streams.some(([, { kind }]) => kind !== undefined && kinds.includes(kind)))
    complain(study, [...path, 'on'], {
      code: 'REFERENCE_UNFIT',
      message: `no stream reads ${kinds.join(' or ')}: where is the ${on} found?`,
      level: 'warning',
    })
}
