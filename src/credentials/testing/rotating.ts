import { randomBytes } from 'node:crypto'
import { systemClock } from '../../lib/clock.ts'
import type { GrantStore } from '../../model/credential.ts'
import type { CredentialContext } from '../context.ts'
import { openGrantFile } from '../grant-file.ts'
import { AUTH, acme, inputOf, TOKEN_URL } from './acme.ts'
import { openNetwork } from './network.ts'

export const CLIENT = { client_id: 'web', client_secret: 'a secret of the client' }
export const REDIRECT_URI = 'https://fairlead.example/callback'

/** A connection whose refresh tokens rotate. */
export const ROTATING = acme({
  oauth2: {
    grant: 'authorization_code',
    authorizationUrl: `${AUTH}/auth`,
    tokenUrl: TOKEN_URL,
    revocationUrl: `${AUTH}/token/revocation`,
    clientAuth: 'basic',
    scopes: { always: ['openid', 'offline_access'] },
    authorizationParams: { prompt: 'consent' },
  },
})

/** How to reach the same store and server from any process. */
export type Place = { readonly origin: string; readonly path: string }

export function sharedFile({ path }: Pick<Place, 'path'>): GrantStore {
  const file = { path, key: Buffer.alloc(32, 5), binding: 'shared' }
  return openGrantFile({ ...file, clock: systemClock, random: randomBytes })
}

/** A worker's context; its clock runs `offset.ms` ahead. */
export function workerContext(
  origin: string,
  store: GrantStore,
  offset: { readonly ms: number },
): CredentialContext & { readonly close: () => Promise<void> } {
  let close = () => Promise.resolve()
  const transport = openNetwork({ 'auth.acme.example': origin }, (closing) => {
    close = closing
  })
  return {
    connector: ROTATING,
    input: inputOf(CLIENT),
    store,
    transport,
    clock: { now: () => systemClock.now() + offset.ms, sleep: systemClock.sleep },
    random: randomBytes,
    close: () => close(),
  }
}
