import assert from 'node:assert/strict'
import { finish } from '../../src/collect/request/draft.ts'
import { renderRequest } from '../../src/collect/request/render.ts'
import { openAuthorizer } from '../../src/credentials/authorizer.ts'
import { parseJson } from '../../src/lib/json.ts'
import type { ActionPlan, RequestPlan } from '../../src/model/connector.ts'
import type { Env } from '../../src/model/expression.ts'
import type { Connection } from '../../src/sync/connection.ts'

/** What an action came to: whether the app accepted it, and whether reading the state back shows that it took effect. */
export type Done = { readonly accepted: unknown; readonly verified: unknown }

type Values = Readonly<Record<string, unknown>>
/** Does one action of a manifest, the one of that name or else the first of that verb, to one target. */
export type Act = (action: string, target: Values, input?: Values) => Promise<Done>

/** Opens the actions of a connection: the manifest's own requests, by the connection's credential and transport. */
export function openAct({ credentials }: Connection): Act {
  const { connector, input, transport } = credentials
  const { connect } = connector
  const actions: Readonly<Record<string, ActionPlan>> = connector.actions ?? {}
  const { settings } = input
  const authorizer = openAuthorizer(credentials)

  async function answered(plan: RequestPlan, names: Env): Promise<Env> {
    const baseUrl = String(connect.baseUrl.evaluate({ settings }))
    const context = { env: names, secretEnv: { ...names, secrets: input.secrets }, baseUrl }
    const draft = renderRequest(plan, { ...context, headers: connect.headers ?? {} })
    const request = await authorizer.authorize(finish(draft))
    const answer = await transport(request, { timeoutMs: connect.limits.timeout, redirects: 'never' })
    const body = answer.body.length === 0 ? null : parseJson(answer.body)
    return { ...names, response: { status: answer.status, headers: answer.headers, body } }
  }

  return async (word, target, given = {}) => {
    const action = actions[word] ?? Object.values(actions).find(({ verb }) => verb === word)
    assert.ok(action, `the manifest has no action ${word}`)
    const names = { settings, [action.on]: target, input: given }
    const accepted = action.expect.evaluate(await answered(action.request, names))
    const verified = action.verify.expect.evaluate(await answered(action.verify.request, names))
    return { accepted, verified }
  }
}
