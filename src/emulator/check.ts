import type { Connector } from '../model/connector.ts'
import { type Env, Failure, Instant } from '../model/expression.ts'
import type { Sample } from '../model/sample.ts'
import type { Visitor } from './authority/door.ts'
import { draftOf } from './recording.ts'
import { matchPath, type Route, routeOf } from './route.ts'
import { constantsIn, type Draft, settle } from './settle.ts'
import { jsonAnswer, type Outgoing } from './wire.ts'

/** The request that proves a connection, and the recorded answer to it. */
export type Check = {
  readonly plan: Connector['connect']['check']
  readonly route: Route
  readonly model: Draft
  readonly env: Env
}

export function openCheck({ connect }: Connector, sample: Sample | undefined, settings: Env): Check {
  const route = routeOf(connect.check.request, connect.baseUrl)
  const exchange = sample?.exchanges.find(
    ({ request }) =>
      (request?.method ?? 'GET').toUpperCase() === route.method &&
      (request?.path === undefined || matchPath(route, request.path) !== undefined),
  )
  const model = exchange === undefined ? { status: 200, headers: {}, body: {} } : draftOf(exchange, undefined)
  return { plan: connect.check, route, model, env: { settings } }
}

/** The recorded answer, which tells the scopes that this credential has. */
export function answerCheck({ plan, model, env }: Check, { scopes }: Visitor, nowMs: number): Outgoing {
  const at = { ...env, now: new Instant(nowMs) }
  const told =
    plan.scopes === undefined || scopes === undefined
      ? model
      : settle(model, {
          program: plan.scopes,
          env: at,
          isRight: (value) => !(value instanceof Failure) && isSame(value, scopes),
          values: () => [scopes, ...[', ', ',', ' '].map((separator) => scopes.join(separator))],
        })
  const passed = settle(told ?? model, {
    program: plan.expect,
    env: at,
    isRight: (value) => value === true,
    values: (_, now) => [now, true, ...constantsIn(plan.expect.source), false],
  })
  const { status, body, headers } = passed ?? model
  return jsonAnswer(status, body, headers)
}

function isSame(value: unknown, scopes: readonly string[]): boolean {
  const list = Array.isArray(value) ? value : [value]
  return JSON.stringify(list) === JSON.stringify(scopes) || value === scopes.join(' ')
}
