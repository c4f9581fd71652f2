import type { Clock } from '../lib/clock.ts'
import type { Secret } from '../lib/secret.ts'
import type { Mailer } from '../mail/mailer.ts'
import type { ControlStore } from '../store/postgres/control-store.ts'
import { type ApiKeys, type KeyRefusal, openApiKeys } from './api-keys.ts'
import { type AuditTrail, openAuditTrail } from './audit-trail.ts'
import { type DemoPeople, openDemoPeople } from './demo-people.ts'
import { type FirstRun, openFirstRun } from './first-run.ts'
import { type InstanceAdmins, openInstanceAdmins } from './instance-admins.ts'
import { isRole, type Principal, type Role, scopesOf } from './permissions.ts'
import type { Change } from './sign-in/changes.ts'
import type { Discover } from './sign-in/discovery.ts'
import type { Fetch } from './sign-in/guarded-fetch.ts'
import type { OrganisationKind } from './sign-in/organisations.ts'
import type { Membership, People } from './sign-in/people.ts'
import type { ProviderGuard } from './sign-in/rules.ts'
import { openSignIn } from './sign-in/sign-in.ts'
import { sweepSignIn } from './sign-in/sweep.ts'

export type IdentityOptions = {
  readonly control: ControlStore
  /** The address people type, `https://fairlead.example.org`. Links, cookies and origins are made from it and from nothing else. */
  readonly publicUrl: string
  /** At least 32 random bytes, as text. Signs cookies, seals second factors and provider secrets, keys the hashes of API keys. */
  readonly secret: Secret
  readonly mail: Mailer
  readonly clock: Clock
  /** Refuses addresses an identity provider must not have (private, link-local), each time one is registered or used. */
  readonly guard: ProviderGuard
  /** Gets a provider's discovery document, past the same guard. */
  readonly discover: Discover
  /** How the sign-in library asks a provider for tokens, keys and claims, past the same guard. */
  readonly fetch: Fetch
  /** Origins of identity providers inside the operator's own network. */
  readonly internalProviders?: readonly string[]
  readonly signUp?: 'open' | 'invited'
  readonly saml?: boolean
  readonly isDemo?: boolean
  readonly log?: (level: string, message: string) => void
}

/** Who looks at a page: a person, and what they are in the organisation they look at. */
export type Session = {
  readonly userId: string
  readonly email: string
  readonly name: string
  readonly sessionId: string
  /** Absent: they chose none yet, or belong to the chosen one no longer. */
  readonly organisationId: string | undefined
  readonly role: Role | undefined
  readonly kinds: readonly OrganisationKind[]
}

/** Why nobody is let in. Absence is an answer of its own, never a default person or organisation. */
export type Refusal = { readonly refused: 'nobody' | 'no_organisation' | KeyRefusal }

export type Identity = {
  /** Makes or extends sign-in's own tables. At every start, after the control store has migrated. */
  readonly migrate: () => Promise<void>
  /**
   * Answers everything below `/api/auth`.
   *
   * @param address who asks, as the server or its trusted proxy knows it; limits are counted for it.
   */
  readonly handle: (request: Request, address: string) => Promise<Response>
  readonly sessionOf: (headers: Headers) => Promise<Session | undefined>
  /** The API key where there is an `Authorization` header, else the session; never one for want of the other. */
  readonly principalOf: (headers: Headers) => Promise<Principal | Refusal>
  readonly membershipsOf: (userId: string) => Promise<readonly Membership[]>
  readonly people: Pick<People, 'membersOf' | 'invitationsTo'>
  /** Deletes what has ended: sessions, links of letters, counted requests. */
  readonly sweep: () => Promise<void>
  readonly keys: ApiKeys
  readonly audit: AuditTrail
  readonly instanceAdmins: InstanceAdmins
  readonly firstRun: FirstRun
  /** There only where the demo was asked for. */
  readonly demo: DemoPeople | undefined
}

export function openIdentity(options: IdentityOptions): Identity {
  const { control, clock, secret } = options
  const keys = openApiKeys(control, secret, clock)
  const audit = openAuditTrail(control, clock)
  const instanceAdmins = openInstanceAdmins()
  const noted = async (change: Change) => {
    const { organisationId, user, action, target, detail } = change
    const organisations =
      organisationId === undefined
        ? (await signIn.people.membershipsOf(user.id)).map((membership) => membership.organisationId)
        : [organisationId]
    for (const id of organisations)
      await control.within(id, async (tx) => {
        const actor = { kind: 'user', ...user } as const
        const ended = action === 'member.remove' ? await keys.revokeMadeBy(tx, id, target.id) : 0
        if (action === 'member.remove') await instanceAdmins.revokeAll(tx, id, target.id)
        const more = ended > 0 ? { keysRevoked: ended } : {}
        await audit.record(tx, { organisationId: id, actor, action, target, detail: { ...detail, ...more } })
      })
  }
  const signIn = openSignIn({
    pool: control.pool,
    publicUrl: options.publicUrl,
    secret,
    mail: options.mail,
    clock,
    guard: options.guard,
    discover: options.discover,
    fetch: options.fetch,
    internalProviders: options.internalProviders ?? [],
    signUp: options.signUp ?? 'open',
    saml: options.saml ?? false,
    isDemo: options.isDemo ?? false,
    noted,
    log: options.log ?? (() => undefined),
  })
  const sessionOf: Identity['sessionOf'] = async (headers) => {
    const found = await signIn.signedIn(headers)
    if (found === undefined) return undefined
    const { activeOrganisationId, ...person } = found
    const membership =
      activeOrganisationId && (await signIn.people.membershipIn(person.userId, activeOrganisationId))
    if (!membership || !isRole(membership.role))
      return { ...person, organisationId: undefined, role: undefined, kinds: [] }
    return {
      ...person,
      organisationId: membership.organisationId,
      role: membership.role,
      kinds: membership.kinds,
    }
  }
  return {
    migrate: signIn.migrate,
    handle: signIn.handle,
    sessionOf,
    principalOf: async (headers) => {
      const authorization = headers.get('authorization')
      if (authorization !== null) return keys.principalOf(authorization.replace(/^bearer +/i, ''))
      const session = await sessionOf(headers)
      if (session === undefined) return { refused: 'nobody' }
      const { userId, name, sessionId, organisationId, role } = session
      if (organisationId === undefined || role === undefined) return { refused: 'no_organisation' }
      const connectionIds = await control.within(organisationId, (tx) =>
        instanceAdmins.connectionsOf(tx, organisationId, userId),
      )
      return {
        kind: 'user',
        id: userId,
        name,
        organisationId,
        role,
        scopes: scopesOf(role),
        connectionIds,
        sessionId,
      }
    },
    membershipsOf: signIn.people.membershipsOf,
    people: signIn.people,
    sweep: () => control.asPlatform(sweepSignIn),
    keys,
    audit,
    instanceAdmins,
    firstRun: openFirstRun(control, clock, signIn),
    demo: options.isDemo ? openDemoPeople(signIn) : undefined,
  }
}
