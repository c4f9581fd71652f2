import type { BetterAuthPlugin } from 'better-auth'
import { createAuthMiddleware, getSessionFromCtx, isAPIError } from 'better-auth/api'
import type { PlainRecord } from '../audit-chain.ts'
import { isRecord } from '../record.ts'

/** A change that went through sign-in's own routes. */
export type Change = {
  readonly action: string
  /** Absent: a change of the person alone, which concerns every organisation they belong to. */
  readonly organisationId: string | undefined
  readonly user: { readonly id: string; readonly name: string }
  readonly target: { readonly kind: string; readonly id: string; readonly name?: string }
  readonly detail: PlainRecord
}

type Facts = {
  readonly body: Readonly<Record<string, unknown>>
  readonly returned: Readonly<Record<string, unknown>>
  readonly activeOrganisationId: string | undefined
}
type Row = {
  readonly action: string
  readonly kind: string
  /** The organisation it belongs to; absent where it concerns the person alone. */
  readonly organisation?: (facts: Facts) => unknown
  readonly id?: (facts: Facts) => unknown
  readonly name?: (facts: Facts) => unknown
  readonly detail?: (facts: Facts) => PlainRecord
}

const inBody = ({ body, activeOrganisationId }: Facts) => body['organizationId'] ?? activeOrganisationId
const inReturned = ({ returned }: Facts) => returned['organizationId']
const part = (value: unknown, name: string) => (isRecord(value) ? value[name] : undefined)
const text = (value: unknown) => (typeof value === 'string' ? value : '')

/** Routes that change something, and what the trail says of it. No value a person typed but names, addresses and roles. */
const CHANGES: Readonly<Record<string, Row>> = {
  '/organization/create': {
    action: 'organisation.create',
    kind: 'organisation',
    organisation: ({ returned }) => returned['id'],
    id: ({ returned }) => returned['id'],
    name: ({ returned }) => returned['name'],
  },
  '/organization/update': {
    action: 'organisation.change',
    kind: 'organisation',
    organisation: inBody,
    id: inBody,
    detail: ({ body }) => ({ fields: Object.keys(isRecord(body['data']) ? body['data'] : {}) }),
  },
  '/organization/invite-member': {
    action: 'invitation.create',
    kind: 'invitation',
    organisation: inReturned,
    id: ({ returned }) => returned['id'],
    name: ({ returned }) => returned['email'],
    detail: ({ returned }) => ({ role: text(returned['role']) }),
  },
  '/organization/cancel-invitation': {
    action: 'invitation.cancel',
    kind: 'invitation',
    organisation: inReturned,
    id: ({ returned }) => returned['id'],
    name: ({ returned }) => returned['email'],
  },
  '/organization/accept-invitation': {
    action: 'member.join',
    kind: 'member',
    organisation: ({ returned }) => part(returned['member'], 'organizationId'),
    id: ({ returned }) => part(returned['member'], 'userId'),
    detail: ({ returned }) => ({ role: text(part(returned['member'], 'role')) }),
  },
  '/organization/update-member-role': {
    action: 'member.role',
    kind: 'member',
    organisation: inReturned,
    id: ({ returned }) => returned['userId'],
    detail: ({ returned }) => ({ role: text(returned['role']) }),
  },
  '/organization/remove-member': {
    action: 'member.remove',
    kind: 'member',
    organisation: ({ returned }) => part(returned['member'], 'organizationId'),
    id: ({ returned }) => part(returned['member'], 'userId'),
  },
  '/organization/leave': {
    action: 'member.remove',
    kind: 'member',
    organisation: inReturned,
    id: ({ returned }) => returned['userId'],
  },
  '/sso/register': {
    action: 'provider.create',
    kind: 'provider',
    organisation: inReturned,
    id: ({ returned }) => returned['providerId'],
    name: ({ returned }) => returned['domain'],
  },
  '/sso/update-provider': {
    action: 'provider.change',
    kind: 'provider',
    organisation: ({ returned, activeOrganisationId }) => returned['organizationId'] ?? activeOrganisationId,
    id: ({ body }) => body['providerId'],
    detail: ({ body }) => ({ fields: Object.keys(body) }),
  },
  '/sso/verify-domain': {
    action: 'provider.verify',
    kind: 'provider',
    organisation: ({ activeOrganisationId }) => activeOrganisationId,
    id: ({ body }) => body['providerId'],
  },
  '/sso/delete-provider': {
    action: 'provider.delete',
    kind: 'provider',
    organisation: ({ activeOrganisationId }) => activeOrganisationId,
    id: ({ body }) => body['providerId'],
  },
  '/change-password': { action: 'password.change', kind: 'user' },
  '/two-factor/enable': { action: 'two_factor.begin', kind: 'user' },
  '/two-factor/verify-totp': { action: 'two_factor.enable', kind: 'user' },
  '/two-factor/disable': { action: 'two_factor.disable', kind: 'user' },
  '/two-factor/generate-backup-codes': { action: 'two_factor.backup_codes', kind: 'user' },
  '/passkey/verify-registration': { action: 'passkey.create', kind: 'user' },
  '/passkey/delete-passkey': { action: 'passkey.delete', kind: 'user' },
  '/revoke-session': { action: 'session.revoke', kind: 'user' },
  '/revoke-sessions': { action: 'session.revoke', kind: 'user' },
  '/revoke-other-sessions': { action: 'session.revoke', kind: 'user' },
}

/** Tells `noted` of every change and every new session. The last plugin: by then a second factor has been asked for. */
export function changes(noted: (change: Change) => Promise<void>): BetterAuthPlugin {
  // Asked before the change: some changes end the very session that makes them.
  const makers = new WeakMap<Request, Current>()
  return {
    id: 'fairlead-changes',
    hooks: {
      before: [
        {
          matcher: ({ path }) => path !== undefined && Object.hasOwn(CHANGES, path),
          handler: createAuthMiddleware(async (context) => {
            const session = await getSessionFromCtx(context)
            if (context.request !== undefined && session !== null) makers.set(context.request, session)
          }),
        },
      ],
      after: [
        {
          matcher: () => true,
          handler: createAuthMiddleware(async ({ context, path = '', body, request }) => {
            const { newSession, returned } = context
            if (isAPIError(returned) && returned.statusCode >= 400) return
            const maker = request && makers.get(request)
            const row = Object.hasOwn(CHANGES, path) ? CHANGES[path] : undefined
            if (row !== undefined && maker !== undefined)
              await noted(changeOf(row, maker, { body, returned }))
            else if (newSession) await noted(sessionBegun(newSession.user, path))
          }),
        },
      ],
    },
  }
}

type Current = {
  readonly user: { readonly id: string; readonly name: string }
  readonly session: Readonly<Record<string, unknown>>
}

function changeOf(row: Row, { user, session }: Current, asked: { body: unknown; returned: unknown }): Change {
  const active = session['activeOrganizationId']
  const facts: Facts = {
    body: isRecord(asked.body) ? asked.body : {},
    returned: isRecord(asked.returned) ? asked.returned : {},
    activeOrganisationId: typeof active === 'string' ? active : undefined,
  }
  const name = row.name?.(facts)
  return {
    action: row.action,
    organisationId: text(row.organisation?.(facts)) || undefined,
    user: { id: user.id, name: user.name },
    target: {
      kind: row.kind,
      id: text(row.id?.(facts) ?? user.id),
      ...(typeof name === 'string' ? { name } : {}),
    },
    detail: row.detail?.(facts) ?? {},
  }
}

function sessionBegun(user: Current['user'], path: string): Change {
  return {
    action: 'session.begin',
    organisationId: undefined,
    user: { id: user.id, name: user.name },
    target: { kind: 'user', id: user.id },
    detail: { by: path },
  }
}
