import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type AnswerOf, ApiError, openClient } from './client.generated.ts'

/** The one client of the portal. */
export const call = openClient()

export type Me = AnswerOf<'getMe'>

/** Who is signed in; `undefined` data with a 401 means nobody. */
export function useMe() {
  return useQuery({ queryKey: ['me'], queryFn: ({ signal }) => call('getMe', {}, signal), staleTime: 60_000 })
}

/** What the sign-in page needs to know. */
export function useMeta() {
  return useQuery({
    queryKey: ['meta'],
    queryFn: ({ signal }) => call('getMeta', {}, signal),
    staleTime: 60_000,
  })
}

export const isSignedOut = (error: unknown): boolean => error instanceof ApiError && error.status === 401

/** Whether the person may; screens hide what would be refused. */
export function useMay(): (permission: string) => boolean {
  const { data } = useMe()
  return (permission) => data?.permissions.includes(permission) ?? false
}

/** Everything known belongs to another organisation now. */
export function useForget() {
  const queries = useQueryClient()
  return async () => {
    queries.clear()
    window.location.assign('/')
  }
}

export function useSwitchOrganisation() {
  return useMutation({
    mutationFn: (organisationId: string) => call('switchOrganisation', { body: { organisationId } }),
    onSuccess: useForget(),
  })
}

export function useSignOut() {
  return useMutation({ mutationFn: () => auth('sign-out', {}), onSuccess: useForget() })
}

/** The sign-in library's own routes answer `{ message, code }` when they refuse. */
export async function auth<T>(path: string, body: object, method = 'POST'): Promise<T> {
  const answer = await fetch(`/api/auth/${path}`, {
    method,
    credentials: 'same-origin',
    ...(method === 'GET'
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  })
  const content = (await answer.json().catch(() => ({}))) as { message?: string; code?: string }
  if (answer.ok) return content as T
  throw { code: content.code ?? 'SIGN_IN_REFUSED', message: content.message ?? 'The sign-in was refused.' }
}
