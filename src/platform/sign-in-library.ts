import { createHash } from 'node:crypto'
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
 * @throws {Fault} `NOT_ALLOWED`, `SIGN_IN_NEEDED`, `NOT_FOUND`, `LAST_ADMIN`, `INPUT_INVALID` in its words; `PLATFORM_FAILED`.
 */
export async function askSignIn(
  { identity, publicUrl }: SignInAddress,
  path: string,
  body: object,
  headers?: Headers,
): Promise<Response> {
  const cookie = headers?.get('cookie') ?? null
  const agent = headers?.get('user-agent') ?? null
  const request = new Request(`${publicUrl}/api/auth/${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      origin: publicUrl,
      ...(cookie !== null && { cookie }),
      // The list of sessions says which browser each is.
      ...(agent !== null && { 'user-agent': agent }),
    },
    body: JSON.stringify(body),
  })
  const answer = await identity.handle(request, addressFor(cookie ?? ''))
  if (answer.ok) return answer
  const { code, message = 'the change was refused' } = (await answer.json().catch(() => ({}))) as {
    code?: string
    message?: string
  }
  if (code !== undefined && LAST_ADMIN.includes(code))
    throw new Fault('LAST_ADMIN', 'an organisation keeps at least one admin')
  if (answer.status >= 500) throw new Fault('PLATFORM_FAILED', message)
  throw new Fault(REFUSALS[answer.status] ?? 'INPUT_INVALID', message)
}

/**
 * The API has counted the caller already; here each session counts by itself. The library counts networks: an address of a network that
 * exists nowhere (RFC 4193) stands for the session.
 */
function addressFor(cookie: string): string {
  const groups =
    createHash('sha256')
      .update(cookie)
      .digest('hex')
      .slice(0, 14)
      .match(/.{1,4}/g) ?? []
  return `fd${groups[0]?.slice(0, 2) ?? '00'}:${groups[1] ?? '0'}:${groups[2] ?? '0'}:${groups[3] ?? '0'}::1`
}

/** How the library says it; its owners are our admins. */
const LAST_ADMIN: readonly string[] = [
  'YOU_CANNOT_LEAVE_THE_ORGANIZATION_AS_THE_ONLY_OWNER',
  'YOU_CANNOT_LEAVE_THE_ORGANIZATION_WITHOUT_AN_OWNER',
]

const REFUSALS: Readonly<Record<number, 'SIGN_IN_NEEDED' | 'NOT_ALLOWED' | 'NOT_FOUND'>> = {
  401: 'SIGN_IN_NEEDED',
  403: 'NOT_ALLOWED',
  404: 'NOT_FOUND',
}
