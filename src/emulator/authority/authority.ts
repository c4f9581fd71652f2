import type { Connector } from '../../model/connector.ts'
import type { Grant } from '../../model/credential.ts'
import type { Sample } from '../../model/sample.ts'
import { exampleSettings } from '../options.ts'
import { digestOf } from '../random.ts'
import { fieldsOf, type Incoming, type Outgoing } from '../wire.ts'
import { acceptor } from './accept.ts'
import { answerConsent } from './consent-page.ts'
import { consented } from './consented.ts'
import { answerActivation, answerDevice } from './device.ts'
import type { Door } from './door.ts'
import { type Ledger, openIssued } from './issued.ts'
import { answerLogin, type Login, loginOf } from './login.ts'
import { allScopes } from './methods.ts'
import { inventedKeeps, isAt, recordedAnswer, type Server } from './server.ts'
import { answerToken } from './token-endpoint.ts'

/** Everything of the emulated app that has to do with credentials. */
export type Authority = {
  readonly door: Door
  /** Grants everything to a client by the auth method with this index; `undefined` where it is no OAuth method. */
  readonly consent: (method: number, clientId: string, nowMs: number) => Grant | undefined
  /** The answer of an endpoint that gives or takes credentials, with its name; `undefined` for any other address. */
  readonly answer: (
    request: Incoming,
    nowMs: number,
  ) => Promise<{ readonly name: string; readonly answer: Outgoing } | undefined>
}

export type AuthorityOptions = {
  readonly seed: string
  readonly settings: Readonly<Record<string, unknown>>
  readonly secrets: Readonly<Record<string, string>>
  readonly lifetimeMs: number
  /** `samples/connect.json`. */
  readonly sample: Sample | undefined
  readonly ledger: Ledger | undefined
}

export function openAuthority(connector: Connector, options: AuthorityOptions): Authority {
  const issued = openIssued(digestOf(options.seed, 'tokens'), options.ledger)
  const accept = acceptor(options.secrets)
  const { settings, secrets, lifetimeMs, sample } = options
  const env = { settings, secrets }
  const methods = connector.connect.auth
  const servers = methods.flatMap((auth, method): readonly Server[] => {
    const plan = auth.oauth2
    if (plan === undefined) return []
    const model = recordedAnswer(sample, pathOf(String(plan.tokenUrl.evaluate(env))), {
      token_type: 'Bearer',
      ...inventedKeeps(connector, plan, settings),
    })
    const codes = { codes: new Map(), devices: new Map() }
    const scopes = allScopes(plan, connector.streams)
    return [
      {
        method,
        plan,
        appName: connector.app.name,
        scopes,
        issued,
        accept,
        secrets,
        ...codes,
        lifetimeMs,
        env,
        model,
      },
    ]
  })
  const logins = methods.flatMap((auth, method): readonly Login[] =>
    auth.login === undefined ? [] : [loginOf(auth.login, connector, { method, sample, lifetimeMs })],
  )
  return {
    door: {
      methods,
      issued,
      accept,
      env: { ...env, settings: { ...exampleSettings(connector), ...settings } },
      secrets,
    },
    consent: (method, clientId, nowMs) => {
      const server = servers.find((one) => one.method === method)
      return server === undefined ? undefined : consented(server, clientId, nowMs)
    },
    answer: async (request, nowMs) => {
      for (const server of servers) {
        const answered = await answerServer(server, request, nowMs)
        if (answered !== undefined) return answered
      }
      const answer = logins
        .map((login) => answerLogin(login, request, { issued, accept, nowMs }))
        .find(Boolean)
      return answer === undefined ? undefined : { name: 'login', answer }
    },
  }
}

const pathOf = (address: string) => URL.parse(address)?.pathname ?? ''

async function answerServer(server: Server, request: Incoming, nowMs: number) {
  const { plan } = server
  if (isAt(plan.authorizationUrl, request))
    return { name: 'authorize', answer: answerConsent(server, request, nowMs) }
  if (isAt(plan.deviceUrl, request)) return { name: 'device', answer: answerDevice(server, request, nowMs) }
  if (isAt(plan.deviceUrl, request, '/activate'))
    return { name: 'activate', answer: answerActivation(server, request) }
  const isRefresh = fieldsOf(request).get('grant_type') === 'refresh_token'
  const isToken = isAt(isRefresh ? (plan.refreshUrl ?? plan.tokenUrl) : plan.tokenUrl, request)
  if (isToken)
    return { name: isRefresh ? 'refresh' : 'token', answer: await answerToken(server, request, nowMs) }
  if (!isAt(plan.revocationUrl, request)) return undefined
  server.issued.revoke(fieldsOf(request).get('token') ?? '')
  // RFC 7009 section 2.2: also for a token that is not known.
  return { name: 'revoke', answer: { status: 200, headers: {}, body: '' } }
}
