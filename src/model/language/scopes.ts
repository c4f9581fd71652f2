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
 * The names each field's expressions may use. `secrets` is added where a field allows it, `tables` inside a mapping, and the
 * names of the streams read inside a check. `grant` is a reserved word nowhere: in an action it is the grant acted on, when `on: grant`.
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
