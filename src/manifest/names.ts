import type { Scope } from '../model/expression.ts'
import { MEMBERS, SCOPES } from '../model/language/scopes.ts'
import { type Draft, itemsOf, valueAt } from './draft.ts'
import type { Path } from './path.ts'
import { BUILT_IN_SECRETS } from './secrets.ts'
import { isWritten, keysAt, type Reading } from './study.ts'
import type { Site } from './walk.ts'

/** The names an expression may use at its place. */
export type Names = {
  readonly scope: Scope
  /** The parts of a name, where they are known: `settings` has those declared. */
  readonly members: Readonly<Record<string, readonly string[]>>
  /** Names of the language that do not exist here, with the reason or the remedy. */
  readonly absent: Readonly<Record<string, string>>
}

type Meaning = Exclude<Site, { kind: 'reference' }>
type Place = { readonly study: Reading; readonly path: Path }
/** Known with any part, known with these parts, or absent because of the reason. */
type Answer = 'known' | { readonly parts: readonly string[] } | { readonly why: string }

/** The names that a place may use, from its kind and from what the manifest declares around it. */
export function namesAt(study: Reading, site: Meaning): Names {
  const { path } = site
  const place = { study, path }
  const scope: Record<string, Scope[string]> = {}
  const members: Record<string, readonly string[]> = {}
  const absent: Record<string, string> = {}
  const candidates: Scope = {
    ...baseScope(place, site),
    secrets: 'map',
    tables: 'map',
    ...streamNames(place),
  }
  for (const [name, type] of Object.entries(candidates)) {
    const answer = Object.hasOwn(RULES, name) ? RULES[name]!(place, site) : 'known'
    if (answer !== 'known' && 'why' in answer) {
      absent[name] = answer.why
      continue
    }
    scope[name] = type
    if (answer !== 'known') members[name] = answer.parts
    else if (Object.hasOwn(MEMBERS, name) && type === 'map') members[name] = MEMBERS[name]!
  }
  return { scope, members, absent }
}

/** The records of a webhook are read from the delivery, not from an answer. */
function baseScope({ study, path }: Place, site: Meaning): Scope {
  const isPushed =
    path[0] === 'streams' && path[2] === 'records' && isWritten(study, [...path.slice(0, 2), 'receive'])
  return isPushed ? { ...SCOPES.receive, settings: 'map' } : SCOPES[site.scope]
}

/** The settings streams that a check reads, under their own names. */
function streamNames({ study, path }: Place): Scope {
  if (path[0] !== 'checks') return {}
  const reads = itemsOf(checkAt(study.draft, path)?.reads).map(([, name]) => [name, 'dyn'] as const)
  return Object.fromEntries(reads)
}

const checkAt = (draft: Draft, path: Path) => valueAt(draft.checks, String(path[1]))
const actionAt = (draft: Draft, path: Path) => valueAt(draft.actions, String(path[1]))

/** Known when the stream has the part; its keys are the name's parts where `below` is given. */
const declaredBy =
  (part: string, below?: readonly string[]) =>
  ({ study, path }: Place): Answer => {
    const at = [...path.slice(0, 2), part]
    if (path[0] !== 'streams' || !isWritten(study, at))
      return { why: `it is known in streams that declare ${part}:` }
    return below === undefined ? 'known' : { parts: keysAt(study, [...at, ...below]) }
  }

/** Known where an action is `on` that kind of thing. */
const actedOn =
  (name: string) =>
  ({ study, path }: Place): Answer =>
    actionAt(study.draft, path)?.on === name ? 'known' : { why: `this action is not on: ${name}` }

const RULES: Readonly<Record<string, (place: Place, site: Meaning) => Answer>> = {
  settings: ({ study }) => ({ parts: keysAt(study, ['connect', 'settings']) }),
  secrets: ({ study }, site) =>
    site.kind === 'template' && site.secrets
      ? { parts: [...keysAt(study, ['connect', 'secrets']), ...Object.keys(BUILT_IN_SECRETS)] }
      : { why: 'secrets may be used in auth, headers and bodies only: an address is kept in logs' },
  tables: ({ study, path }) =>
    path[2] === 'map' && path[0] === 'streams'
      ? { parts: keysAt(study, [...path.slice(0, 3), 'tables']) }
      : { why: 'tables are known inside map only' },
  window: declaredBy('window'),
  cursor: (place) =>
    place.path[3] === 'first' ? { why: 'there is no cursor yet' } : declaredBy('cursor')(place),
  over: declaredBy('over', []),
  lookup: declaredBy('lookup', []),
  parent: declaredBy('each'),
  parents: (place) =>
    isWritten(place.study, [...place.path.slice(0, 2), 'each', 'batch'])
      ? 'known'
      : { why: 'it is known in streams that declare each.batch' },
  before: (place) =>
    place.path[2] === 'before'
      ? { why: 'the set-up request was not sent yet' }
      : declaredBy('before', ['keep'])(place),
  outer: (place) =>
    place.path[2] === 'explode' ? { why: 'nothing was exploded yet' } : declaredBy('explode')(place),
  page: ({ path }) =>
    path[0] === 'streams' && !isBeforePages(path) ? 'known' : { why: 'there are no pages here' },
  grant: keptParts,
  token: ({ study, path }) => (path[0] === 'actions' ? actedOn('token')({ study, path }) : sentToken(path)),
  request: ({ path }) =>
    path[0] === 'connect' && path[3] === 'hmac' ? 'known' : { why: 'it is known in hmac only' },
  record: ({ study, path }) =>
    path[0] === 'checks' && checkAt(study.draft, path)?.each === undefined
      ? { why: 'it is known in checks that declare each:' }
      : 'known',
  parameters: ({ study, path }) => ({ parts: keysAt(study, ['checks', path[1]!, 'parameters']) }),
  input: ({ study, path }) => ({ parts: keysAt(study, ['actions', path[1]!, 'input']) }),
  account: actedOn('account'),
  group: actedOn('group'),
  role: actedOn('role'),
  app: actedOn('app'),
  resource: actedOn('resource'),
  setting: actedOn('setting'),
}

const isBeforePages = (path: Path) => path[2] === 'before' || (path[2] === 'cursor' && path[3] === 'first')

/** The token exists where it is sent; the signature of hmac goes by the same name, and signs what comes before it. */
function sentToken(path: Path): Answer {
  const [, , , kind, part] = path
  const has = part === 'send' && (kind === 'oauth2' || kind === 'login' || kind === 'jwt' || kind === 'hmac')
  return has ? 'known' : { why: 'it is known in send of oauth2, login, jwt and hmac' }
}

/** What is kept of token answers: of its own method inside auth, of any method elsewhere. */
function keptParts({ study, path }: Place): Answer {
  if (path[0] === 'actions' && actionAt(study.draft, path)?.on === 'grant') return 'known'
  const methods = itemsOf(study.draft.connect?.auth).map(([i]) => ['connect', 'auth', i] as const)
  const own = path[1] === 'auth' ? methods.filter((method) => method[2] === path[2]) : methods
  const parts = own.flatMap((method) =>
    ['oauth2', 'login'].flatMap((kind) => keysAt(study, [...method, kind, 'keep'])),
  )
  return parts.length > 0 ? { parts } : { why: 'it is known where an auth method declares keep:' }
}
