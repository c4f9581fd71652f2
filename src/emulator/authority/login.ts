import type { AuthPlan, Connector } from '../../model/connector.ts'
import type { Sample } from '../../model/sample.ts'
import { type Route, readRequest, routeOf } from '../route.ts'
import type { Draft } from '../settle.ts'
import { type Incoming, type Outgoing, refusal } from '../wire.ts'
import { type Accept, acceptsAll } from './accept.ts'
import type { Issued } from './issued.ts'
import { recordedAnswer } from './server.ts'
import { tokenAnswer } from './token-answer.ts'

export type LoginPlan = NonNullable<AuthPlan['login']>

/** One login exchange of the manifest. */
export type Login = {
  readonly method: number
  readonly plan: LoginPlan
  readonly route: Route
  readonly model: Draft
  readonly lifetimeMs: number
}

type Making = { readonly method: number; readonly sample: Sample | undefined; readonly lifetimeMs: number }

export function loginOf(
  plan: LoginPlan,
  { connect }: Connector,
  { method, sample, lifetimeMs }: Making,
): Login {
  const route = routeOf(plan.request, connect.baseUrl)
  const literal = route.address.filter((piece) => typeof piece === 'string').join('')
  const path = URL.parse(literal)?.pathname ?? literal
  return { method, plan, route, model: recordedAnswer(sample, path, {}), lifetimeMs }
}

type Asking = { readonly issued: Issued; readonly accept: Accept; readonly nowMs: number }

/** The answer to a login, or `undefined` when the request is none. */
export function answerLogin(
  login: Login,
  request: Incoming,
  { issued, accept, nowMs }: Asking,
): Outgoing | undefined {
  const reading = readRequest(login.route, request)
  if (reading === undefined) return undefined
  const isWhole =
    reading.captures.length ===
    login.route.slots.flatMap(({ pattern }) => pattern.filter((piece) => typeof piece !== 'string')).length +
      addressParts(login.route)
  if (!isWhole || !acceptsAll(reading.captures, accept))
    return refusal(401, 'login_failed', 'User or password is wrong.')
  const { plan, model } = login
  const expiresAt = nowMs + login.lifetimeMs
  const issue = { method: login.method, clientId: '', scopes: [], family: issued.family() }
  const tokens = { accessToken: plan.token, ...(plan.expires !== undefined && { expiresAt: plan.expires }) }
  const granted = { accessToken: issued.access(issue, expiresAt), expiresAt }
  return tokenAnswer(tokens, granted, { model, env: {}, nowMs })
}

const addressParts = ({ address }: Route) => address.filter((piece) => typeof piece !== 'string').length
