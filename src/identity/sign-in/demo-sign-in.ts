import type { BetterAuthPlugin } from 'better-auth'
import { APIError, createAuthEndpoint, formCsrfMiddleware } from 'better-auth/api'
import { setSessionCookie } from 'better-auth/cookies'
import { isRecord } from '../record.ts'

/** People of the demo, whom anybody at the page may be. They have no password: without the demo nobody can be them. */
export const DEMO_PEOPLE = [
  {
    key: 'customer',
    name: 'Ada Marlow',
    email: 'ada@harbour.example',
    organisation: 'harbour',
    role: 'admin',
  },
  {
    key: 'analyst',
    name: 'Ben Okafor',
    email: 'ben@harbour.example',
    organisation: 'harbour',
    role: 'analyst',
  },
  {
    key: 'viewer',
    name: 'Cleo Varga',
    email: 'cleo@harbour.example',
    organisation: 'harbour',
    role: 'viewer',
  },
  {
    key: 'instance',
    name: 'Dana Ruiz',
    email: 'dana@harbour.example',
    organisation: 'harbour',
    role: 'instance_admin',
  },
  {
    key: 'vendor',
    name: 'Vera Lindqvist',
    email: 'vera@northwind.example',
    organisation: 'northwind',
    role: 'admin',
  },
  {
    key: 'operator',
    name: 'Omar Haddad',
    email: 'omar@fairlead.example',
    organisation: 'operator',
    role: 'admin',
  },
] as const

/** `POST /api/auth/demo/sign-in {"person": "customer"}`: a session without a password. Exists in the demo only. */
export function demoSignIn(): BetterAuthPlugin {
  return {
    id: 'fairlead-demo',
    endpoints: {
      demoSignIn: createAuthEndpoint(
        '/demo/sign-in',
        { method: 'POST', use: [formCsrfMiddleware] },
        async (context) => {
          const body: unknown = context.body
          const person = DEMO_PEOPLE.find(({ key }) => isRecord(body) && body['person'] === key)
          const found = person && (await context.context.internalAdapter.findUserByEmail(person.email))
          if (!found) throw new APIError('NOT_FOUND', { message: 'There is no such person in the demo.' })
          const session = await context.context.internalAdapter.createSession(found.user.id)
          await setSessionCookie(context, { session, user: found.user })
          return context.json({ user: { id: found.user.id, name: found.user.name } })
        },
      ),
    },
  }
}
