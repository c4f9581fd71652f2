import type { Identity } from '../identity/identity.ts'
import { Fault } from '../lib/fault.ts'

export type SignInAddress = {
  readonly identity: Identity
  readonly publicUrl: string
}

/**
 * Asks the sign-in library as its own client would, in the name of whoever sent `headers`: its rules, its limits and its entries in the
 * trail hold here too.
 *
 * @throws {Fault} `NOT_ALLOWED`, `SIGN_IN_NEEDED`, `NOT_FOUND`, `INPUT_INVALID` in its words.
 */
export async function askSignIn(
  { identity, publicUrl }: SignInAddress,
  path: string,
  body: object,
  headers?: Headers,
): Promise<Response> {
  const cookie = headers?.get('cookie') ?? null
  const request = new Request(`${publicUrl}/api/auth/${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      origin: publicUrl,
      ...(cookie !== null && { cookie }),
    },
    body: JSON.stringify(body),
  })
  const answer = await identity.handle(request, '127.0.0.1')
  if (answer.ok) return answer
  const { message = 'the change was refused' } = (await answer.json().catch(() => ({}))) as {
    message?: string
  }
  throw new Fault(REFUSALS[answer.status] ?? 'INPUT_INVALID', message)
}

const REFUSALS: Readonly<Record<number, 'SIGN_IN_NEEDED' | 'NOT_ALLOWED' | 'NOT_FOUND'>> = {
  401: 'SIGN_IN_NEEDED',
  403: 'NOT_ALLOWED',
  404: 'NOT_FOUND',
}
