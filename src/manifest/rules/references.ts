import { nearest } from '../../lib/nearest.ts'
import { type Draft, entriesOf, itemsOf, type RequestDraft, valueAt } from '../draft.ts'
import type { Path } from '../path.ts'
import type { ReferenceTarget } from '../schema.ts'
import { authKindOf } from '../secrets.ts'
import { complain, complainKey, type Study } from '../study.ts'

/** Every name that is referred to exists, and nothing waits for itself. */
export function references(study: Study): void {
  const known = namesByTarget(study.draft)
  for (const site of study.sites)
    if (site.kind === 'reference')
      requireName(study, site.path, { name: site.text, what: WORDS[site.target], known: known[site.target] })
  authNames(study, known.auth)
  loginAuth(study)
  webhookSecrets(study)
  cycles(study)
}

const WORDS: Readonly<Record<ReferenceTarget, string>> = {
  streams: 'stream',
  auth: 'auth method',
  actions: 'action',
  checks: 'check',
}

function namesByTarget({
  streams,
  actions,
  checks,
  connect,
}: Draft): Readonly<Record<ReferenceTarget, readonly string[]>> {
  const auth = itemsOf(connect?.auth).map(([, method]) => method.name ?? authKindOf(method) ?? '')
  return {
    streams: Object.keys(streams ?? {}),
    actions: Object.keys(actions ?? {}),
    checks: Object.keys(checks ?? {}),
    auth,
  }
}

type Wanted = { readonly name: string; readonly what: string; readonly known: readonly string[] }

function requireName(study: Study, path: Path, { name, what, known }: Wanted): void {
  if (known.includes(name)) return
  const meant = nearest(name, known)
  const all = known.length === 0 ? `the manifest declares no ${what}` : `there is ${known.join(', ')}`
  complain(study, path, {
    code: 'REFERENCE_UNKNOWN',
    message: `there is no ${what} "${name}"`,
    hint: meant === undefined ? all : `did you mean "${meant}"?`,
  })
}

function authNames(study: Study, names: readonly string[]): void {
  const { connect } = study.draft
  for (const [i, method] of itemsOf(connect?.auth)) {
    const name = method.name ?? authKindOf(method)
    const at = ['connect', 'auth', i]
    if (method.name === 'none')
      complain(study, [...at, 'name'], {
        code: 'VALUE_INVALID',
        message: '"none" cannot be the name of an auth method: it means no credential',
      })
    if (name !== undefined && names.indexOf(name) < i)
      complainKey(study, method.name === undefined ? at : [...at, 'name'], {
        code: 'KEY_REPEATED',
        message: `two auth methods are called "${name}"`,
        hint: 'give each a name of its own',
      })
  }
  const known = [...names, 'none']
  for (const [path, auth] of authUses(study.draft))
    requireName(study, path, { name: auth, what: WORDS.auth, known })
}

/** What a login carries cannot itself wait for a token of the app. */
function loginAuth(study: Study): void {
  const methods = itemsOf(study.draft.connect?.auth)
  for (const [i, { login }] of methods) {
    const name = login?.request?.auth
    const named = methods.find(([, method]) => name === (method.name ?? authKindOf(method)))?.[1]
    if (named?.oauth2 === undefined && named?.login === undefined) continue
    complain(study, ['connect', 'auth', i, 'login', 'request', 'auth'], {
      code: 'REFERENCE_UNFIT',
      message: `a login cannot carry "${name}", which gets its token by a request of its own`,
      hint: 'name a method of another kind (apiKey, basic, jwt, hmac, profile), or none',
    })
  }
}

/** The places that name an auth method: streams, and every request, those of logins too. */
function authUses(draft: Draft): readonly (readonly [Path, string])[] {
  const streams = entriesOf(draft.streams).flatMap(([name, stream]) => [
    [['streams', name, 'auth'], stream.auth] as const,
    [['streams', name, 'request', 'auth'], stream.request?.auth] as const,
    [['streams', name, 'before', 'request', 'auth'], stream.before?.request?.auth] as const,
  ])
  const actions = entriesOf(draft.actions).flatMap(([name, action]) => [
    [['actions', name, 'request', 'auth'], action.request?.auth] as const,
    [['actions', name, 'verify', 'request', 'auth'], action.verify?.request?.auth] as const,
  ])
  const request: RequestDraft | undefined = draft.connect?.check?.request
  const logins = itemsOf(draft.connect?.auth).map(
    ([i, { login }]) => [['connect', 'auth', i, 'login', 'request', 'auth'], login?.request?.auth] as const,
  )
  return [
    ...logins,
    ...streams,
    ...actions,
    [['connect', 'check', 'request', 'auth'], request?.auth] as const,
  ].flatMap(([path, auth]) => (auth === undefined ? [] : [[path, auth] as const]))
}

function webhookSecrets(study: Study): void {
  const known = Object.keys(study.draft.connect?.secrets ?? {})
  for (const [name, { receive }] of entriesOf(study.draft.streams)) {
    const secret = receive?.verify?.secret
    if (secret !== undefined)
      requireName(study, ['streams', name, 'receive', 'verify', 'secret'], {
        name: secret,
        what: 'secret in connect.secrets',
        known,
      })
  }
}

function cycles(study: Study): void {
  const { streams, actions } = study.draft
  for (const [name] of entriesOf(streams)) {
    const circle = circleFrom(streams, name)
    if (circle !== undefined)
      complainKey(study, ['streams', name], {
        code: 'REFERENCE_CIRCULAR',
        message: `a stream cannot wait for itself: ${circle.join(' → ')}`,
      })
  }
  for (const [name, { revert }] of entriesOf(actions))
    if (revert === name)
      complain(study, ['actions', name, 'revert'], {
        code: 'REFERENCE_CIRCULAR',
        message: 'an action cannot undo itself',
      })
}

/** The shortest way from a stream back to itself over `each` and `lookup`. */
function circleFrom(streams: Draft['streams'], start: string): readonly string[] | undefined {
  const seen = new Set<string>()
  let ways: readonly (readonly string[])[] = [[start]]
  while (ways.length > 0) {
    const next = ways.flatMap((way) => needs(streams, way.at(-1)!).map((name) => [...way, name]))
    const closed = next.find((way) => way.at(-1) === start)
    if (closed !== undefined) return closed
    ways = next.filter((way) => !seen.has(way.at(-1)!))
    for (const way of ways) seen.add(way.at(-1)!)
  }
  return undefined
}

function needs(streams: Draft['streams'], name: string): readonly string[] {
  const stream = valueAt(streams, name)
  const lookups = entriesOf(stream?.lookup).map(([, lookup]) => lookup.stream)
  return [stream?.each?.stream, ...lookups].filter((other) => other !== undefined)
}
