import type { Scope } from '../expression.ts'
import type { ScopeName } from './field.ts'

const settings = { settings: 'map' } as const
const request = {
  ...settings,
  window: 'map',
  cursor: 'dyn',
  page: 'map',
  over: 'map',
  parent: 'dyn',
  parents: 'list',
  before: 'map',
  lookup: 'map',
  grant: 'map',
  now: 'timestamp',
} as const satisfies Scope
const action = {
  ...settings,
  account: 'dyn',
  group: 'dyn',
  role: 'dyn',
  app: 'dyn',
  token: 'dyn',
  resource: 'dyn',
  setting: 'dyn',
  input: 'map',
  grant: 'map',
  now: 'timestamp',
} as const satisfies Scope

/**
 * The names each field's expressions may use, at most. `secrets` is added where a field allows it, `tables` inside a mapping, and the
 * names of the streams read inside a check. Names that stand for a part of the manifest (`window`, `over`, `outer` …) are known only
 * where that part is declared. `grant` is a reserved word nowhere: in an action it is the grant acted on, when `on: grant`.
 */
export const SCOPES: Readonly<Record<ScopeName, Scope>> = {
  settings,
  credential: { ...settings, now: 'timestamp' },
  send: { ...settings, token: 'string', grant: 'map', request: 'map', now: 'timestamp' },
  token: { ...settings, response: 'map', now: 'timestamp' },
  request,
  answer: { ...request, response: 'map' },
  page: { ...request, response: 'map' },
  parent: { ...settings, parent: 'dyn', over: 'map', now: 'timestamp' },
  record: {
    ...settings,
    record: 'dyn',
    outer: 'dyn',
    parent: 'dyn',
    over: 'map',
    before: 'map',
    lookup: 'map',
    grant: 'map',
    now: 'timestamp',
  },
  receive: { headers: 'map', query: 'map', body: 'string', json: 'dyn', now: 'timestamp' },
  check: { ...settings, record: 'dyn', parameters: 'map', now: 'timestamp' },
  checkEach: { ...settings, record: 'dyn', parameters: 'map', now: 'timestamp' },
  action,
  actionAnswer: { ...action, response: 'map' },
  event: { event: 'map' },
}

/** What each name is, for the reference page. */
export const NAMES: Readonly<Record<string, string>> = {
  settings: 'What the customer filled in: settings.NAME, as declared in connect.settings.',
  secrets: 'The secrets of the connection: secrets.NAME. Only where a credential may be sent.',
  tables: "The mapping's look-up tables: tables.NAME.",
  window: 'The window asked for: window.start and window.end, timestamps. With `window:` only.',
  cursor:
    'The kept position of the stream; missing in the first run unless cursor.first is given. With `cursor:` only.',
  page: 'The page: page.index (0, 1, 2 …), page.offset, page.number, page.token (missing on the first page), page.size; after the answer also page.records.',
  over: 'The value of this partition: over.NAME. With `over:` only.',
  parent: 'The record of the parent stream. With `each:` only.',
  parents: 'The records of one batch. With `each.batch` only.',
  before: 'What the set-up request gave: before.NAME. With `before.keep` only.',
  lookup: 'Tables joined from other streams: lookup.NAME[key]. With `lookup:` only.',
  grant:
    'Values kept of the token answer: grant.NAME. With `keep:` in the auth method only. In an action on a grant: that grant.',
  token: 'The token, or the signature of hmac. In an action on a token: that token.',
  request: 'The request to sign: method, host, path, query, body, timestamp, date, nonce.',
  response: 'The answer: response.status, response.headers (names in lower case), response.body.',
  record: 'The record as received.',
  outer: 'The record that the record was exploded from. With `explode:` only.',
  headers: 'Headers of the delivery, names in lower case.',
  query: 'Query parameters of the delivery.',
  body: 'The body of the delivery, as text.',
  json: 'The body of the delivery, parsed.',
  parameters: 'The thresholds of the check: parameters.NAME.',
  input: 'What the person filled in: input.NAME.',
  event: 'The OCSF event.',
  now: 'The time, a timestamp.',
}

/** The parts of names whose parts are fixed. */
export const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  window: ['start', 'end'],
  page: ['index', 'offset', 'number', 'token', 'size', 'records'],
  response: ['status', 'headers', 'body'],
  request: ['method', 'host', 'path', 'query', 'body', 'timestamp', 'date', 'nonce'],
}
