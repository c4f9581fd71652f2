import { createHash, randomBytes } from 'node:crypto'
import type { Clock } from '../lib/clock.ts'
import { Secret } from '../lib/secret.ts'
import type { ControlStore } from '../store/postgres/control-store.ts'
import type { SignIn } from './sign-in/sign-in.ts'
import { withIdentityTables } from './tables.ts'

export type FirstAdministrator = {
  readonly token: string
  readonly email: string
  readonly name: string
  readonly password: string
  /** What the operator's organisation is called. */
  readonly organisation: string
}

/** How the first administrator comes to be: with a token that only somebody at the console has seen. */
export type FirstRun = {
  /** @returns a token to print, the earlier one ends; nothing once it was used. At every start. */
  readonly open: () => Promise<Secret | undefined>
  readonly isOpen: () => Promise<boolean>
  /** Makes the administrator and the operator's organisation, once; refuses a token that is wrong or used, and a taken address. */
  readonly use: (
    first: FirstAdministrator,
  ) => Promise<{ userId: string; organisationId: string } | { refused: 'token' | 'email' }>
}

export function openFirstRun(control: ControlStore, clock: Clock, signIn: SignIn): FirstRun {
  return {
    open: async () => {
      const token = randomBytes(24).toString('base64url')
      const row = { token_hash: hashOf(token), printed_at: new Date(clock.now()) }
      const printed = await control.asPlatform((tx) =>
        withIdentityTables(tx)
          .insertInto('first_run')
          .values(row)
          .onConflict((conflict) =>
            conflict.column('is_only').doUpdateSet(row).where('first_run.used_at', 'is', null),
          )
          .returning('is_only')
          .executeTakeFirst(),
      )
      return printed === undefined ? undefined : new Secret(token)
    },
    isOpen: () =>
      control.asPlatform(async (tx) => {
        const row = await withIdentityTables(tx).selectFrom('first_run').select('used_at').executeTakeFirst()
        return row !== undefined && row.used_at === null
      }),
    use: ({ token, email, name, password, organisation }) =>
      control.asPlatform(async (tx) => {
        // Holds the row: of two who come with the token at once, the second finds it used.
        const row = await withIdentityTables(tx)
          .selectFrom('first_run')
          .select('is_only')
          .where('token_hash', '=', hashOf(token))
          .where('used_at', 'is', null)
          .forUpdate()
          .executeTakeFirst()
        if (row === undefined) return { refused: 'token' }
        // Whoever signed up with this address before is not made the operator.
        if ((await signIn.personOf(email)) !== undefined) return { refused: 'email' }
        const userId = await signIn.createPerson({ email, name, password })
        const slug = `operator-${randomBytes(4).toString('hex')}`
        const organisationId = await signIn.createOrganisation({
          name: organisation,
          slug,
          kinds: ['operator'],
        })
        await signIn.people.join(userId, organisationId, 'admin')
        await withIdentityTables(tx)
          .updateTable('first_run')
          .set({ used_at: new Date(clock.now()), used_by: userId })
          .execute()
        return { userId, organisationId }
      }),
  }
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
