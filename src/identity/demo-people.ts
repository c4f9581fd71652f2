import type { Role } from './permissions.ts'
import { DEMO_PEOPLE } from './sign-in/demo-sign-in.ts'
import type { NewOrganisation, SignIn } from './sign-in/sign-in.ts'

const ORGANISATIONS = {
  harbour: { name: 'Harbour Bank', slug: 'harbour', kinds: ['customer'] },
  northwind: { name: 'Northwind', slug: 'northwind', kinds: ['vendor'] },
  operator: { name: 'Fairlead Operations', slug: 'operator', kinds: ['operator'] },
} as const satisfies Record<(typeof DEMO_PEOPLE)[number]['organisation'], NewOrganisation>

/** One of the people the sign-in page of the demo offers. */
export type DemoPerson = {
  /** What `POST /api/auth/demo/sign-in` takes as `person`. */
  readonly key: string
  readonly name: string
  readonly organisation: string
  readonly organisationId: string
  readonly userId: string
  readonly role: Role
}
export type DemoPeople = {
  /** Makes the demo's organisations and people where they are missing. */
  readonly ensure: () => Promise<readonly DemoPerson[]>
}

export function openDemoPeople(signIn: SignIn): DemoPeople {
  return {
    ensure: async () => {
      const people: DemoPerson[] = []
      for (const { key, name, email, organisation, role } of DEMO_PEOPLE) {
        const userId = (await signIn.personOf(email)) ?? (await signIn.createPerson({ email, name }))
        const wanted = ORGANISATIONS[organisation]
        const organisationId =
          (await signIn.organisationOf(wanted.slug)) ?? (await signIn.createOrganisation(wanted))
        await signIn.people.join(userId, organisationId, role)
        people.push({ key, name, organisation: wanted.name, organisationId, userId, role })
      }
      return people
    },
  }
}
