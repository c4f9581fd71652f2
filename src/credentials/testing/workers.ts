import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { isFault } from '../../lib/fault.ts'
import type { Authorizer, GrantStore } from '../../model/credential.ts'
import { openAuthorizer } from '../authorizer.ts'
import { finishConsent, startConsent } from '../consent.ts'
import { GET_USERS } from './acme.ts'
import { type AuthorizationServer, consentAt, openAuthorizationServer } from './authorization-server.ts'
import { CLIENT, REDIRECT_URI, workerContext } from './rotating.ts'

/** Workers that share one grant, in this process and in others, at an authorization server whose refresh tokens rotate. */
type After = { readonly after: (work: () => unknown) => void }
/** Asks every worker for a header when the clock runs so much ahead: what each got, or the code of its fault. */
export type AskAll = (offsetMs: number) => Promise<readonly unknown[]>

export const HOUR_MS = 3_600_000

/** The server; its access tokens last an hour. */
export async function rotatingProvider(t: After): Promise<AuthorizationServer> {
  const server = await openAuthorizationServer({
    clients: [
      {
        ...CLIENT,
        grant_types: ['authorization_code', 'refresh_token'],
        redirect_uris: [REDIRECT_URI],
        token_endpoint_auth_method: 'client_secret_basic',
      },
    ],
    ttl: { AccessToken: HOUR_MS / 1000 },
  })
  t.after(server.close)
  return server
}

/** A person consents, and the first grant is kept. */
export async function connect(t: After, server: AuthorizationServer, store: GrantStore): Promise<void> {
  const context = workerContext(server.origin, store, { ms: 0 })
  t.after(context.close)
  const consent = startConsent(context, REDIRECT_URI)
  await finishConsent(context, consent, await consentAt(consent.url, server))
}

/** Workers in this process, one for each store. */
export function workersHere(
  t: After,
  { origin }: { readonly origin: string },
  stores: readonly GrantStore[],
): AskAll {
  const offset = { ms: 0 }
  const workers = stores.map((store) => {
    const context = workerContext(origin, store, offset)
    t.after(context.close)
    return openAuthorizer(context)
  })
  return askAll(workers, offset)
}

function askAll(workers: readonly Authorizer[], offset: { ms: number }): AskAll {
  return (offsetMs) => {
    offset.ms = offsetMs
    return Promise.all(workers.map(outcomeOf))
  }
}

/** What a worker gets, or the code of its fault. */
export const outcomeOf = (worker: Authorizer): Promise<unknown> =>
  worker.authorize(GET_USERS).then(
    ({ headers }) => headers['authorization'],
    (error: unknown) => (isFault(error) ? error.code : error),
  )

/** Workers in a process of their own: a program that ends in `answerAsks`. */
export async function workersIn(
  t: After,
  program: URL,
  place: object,
): Promise<{ readonly child: ChildProcess; readonly all: AskAll }> {
  const child = fork(program, [JSON.stringify(place)])
  t.after(() => child.kill('SIGKILL'))
  await once(child, 'message')
  const all: AskAll = async (offsetMs) => {
    child.send(offsetMs)
    const [outcomes] = await once(child, 'message')
    return outcomes
  }
  return { child, all }
}

/** What such a program does: it is ready, and answers each offset by what its workers got. */
export function answerAsks(workers: readonly Authorizer[], offset: { ms: number }): void {
  const ask = askAll(workers, offset)
  process.on('message', async (offsetMs: number) => {
    const outcomes = await ask(offsetMs)
    process.send?.(outcomes.map(String))
  })
  process.send?.('ready')
}
