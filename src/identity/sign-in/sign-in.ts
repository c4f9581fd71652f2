import { betterAuth } from 'better-auth'
import { fetchingBy } from './guarded-fetch.ts'
import { migrateSignIn } from './migrate.ts'
import { ADDRESS_HEADER, libraryOptions, type SignInOptions } from './options.ts'
import type { OrganisationKind } from './organisations.ts'
import { openPeople, type People } from './people.ts'

export type SignedIn = {
  readonly userId: string
  readonly email: string
  readonly name: string
  readonly sessionId: string
  /** The organisation the session works in, whether or not the person still belongs to it. */
  readonly activeOrganisationId: string | undefined
}

export type NewPerson = { readonly email: string; readonly name: string; readonly password?: string }
export type NewOrganisation = {
  readonly name: string
  readonly slug: string
  readonly kinds: readonly OrganisationKind[]
}

/** The sign-in library, behind the few things the rest of the platform asks of it. */
export type SignIn = {
  readonly migrate: () => Promise<void>
  readonly handle: (request: Request, address: string) => Promise<Response>
  readonly signedIn: (headers: Headers) => Promise<SignedIn | undefined>
  readonly people: People
  readonly personOf: (email: string) => Promise<string | undefined>
  readonly organisationOf: (slug: string) => Promise<string | undefined>
  /** For the console and the demo: an address that needs no confirmation, a person who may have no password. */
  readonly createPerson: (person: NewPerson) => Promise<string>
  readonly createOrganisation: (organisation: NewOrganisation) => Promise<string>
}

export function openSignIn(options: SignInOptions): SignIn {
  const people = openPeople(options.pool)
  const settings = libraryOptions(options, people)
  const library = betterAuth(settings)
  return {
    people,
    migrate: () => migrateSignIn(options.pool, settings),
    handle: (request, address) => {
      const headers = new Headers(request.headers)
      headers.set(ADDRESS_HEADER, address)
      return fetchingBy(options.fetch, () => library.handler(new Request(request, { headers })))
    },
    signedIn: async (headers) => {
      const found = await library.api.getSession({ headers })
      if (found === null) return undefined
      const { user, session } = found
      const active = Object.entries(session).find(([name]) => name === 'activeOrganizationId')?.[1]
      return {
        userId: user.id,
        email: user.email,
        name: user.name,
        sessionId: session.id,
        activeOrganisationId: typeof active === 'string' ? active : undefined,
      }
    },
    personOf: async (email) => {
      const context = await library.$context
      return (await context.internalAdapter.findUserByEmail(email))?.user.id
    },
    organisationOf: async (slug) => {
      const { adapter } = await library.$context
      const where = [{ field: 'slug', value: slug }]
      return (await adapter.findOne<{ id: string }>({ model: 'organization', where }))?.id
    },
    createPerson: async ({ email, name, password }) => {
      const { internalAdapter, password: passwords } = await library.$context
      const person = { email, name, emailVerified: true }
      const { id } = await internalAdapter.createUser(person, { method: 'console' })
      if (password !== undefined)
        await internalAdapter.linkAccount({
          userId: id,
          accountId: id,
          providerId: 'credential',
          password: await passwords.hash(password),
        })
      return id
    },
    createOrganisation: async (organisation) => {
      const { adapter } = await library.$context
      const data = { ...organisation, createdAt: new Date() }
      return (await adapter.create<typeof data, { id: string }>({ model: 'organization', data })).id
    },
  }
}
