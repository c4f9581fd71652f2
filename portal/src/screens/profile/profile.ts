import { queryOptions } from '@tanstack/react-query'
import { auth } from '../../api/session.ts'

type Person = {
  readonly user: { readonly email: string; readonly twoFactorEnabled?: boolean | null }
  readonly session: { readonly token: string }
}
export type Session = {
  readonly id: string
  readonly token: string
  readonly createdAt: string
  readonly expiresAt: string
  readonly ipAddress?: string | null
  readonly userAgent?: string | null
}
export type Passkey = {
  readonly id: string
  readonly name?: string | null
  readonly createdAt?: string | null
}

/** What the sign-in library knows of whoever is signed in; `null` when nobody is. */
export const sessionQuery = queryOptions({
  queryKey: ['sign-in', 'session'],
  queryFn: () => auth<Person | null>('get-session', {}, 'GET'),
})
export const sessionsQuery = queryOptions({
  queryKey: ['sign-in', 'sessions'],
  queryFn: () => auth<readonly Session[]>('list-sessions', {}, 'GET'),
})
export const passkeysQuery = queryOptions({
  queryKey: ['sign-in', 'passkeys'],
  queryFn: () => auth<readonly Passkey[]>('passkey/list-user-passkeys', {}, 'GET'),
})
/** Whether there is a password at all: some sign in with a passkey or their company's sign-in only. */
export const passwordQuery = queryOptions({
  queryKey: ['sign-in', 'password'],
  queryFn: async () => {
    const ways = await auth<readonly { readonly providerId: string }[]>('list-accounts', {}, 'GET')
    return ways.some(({ providerId }) => providerId === 'credential')
  },
})
