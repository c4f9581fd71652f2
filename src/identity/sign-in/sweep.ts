import { sql } from 'kysely'
import type { Tx } from '../../store/postgres/control-store.ts'

/** Longer than any limit counts. */
const COUNTED_DAYS = 1
/** Invitations that ended, and letters: people look for them for a while, and every link in them has ended long before. */
const LOOKED_FOR_DAYS = 30

/** Deletes what has ended of people's sign-in; as the platform. May be repeated. */
export async function sweepSignIn(tx: Tx): Promise<void> {
  for (const statement of [
    sql`delete from identity.session where "expiresAt" < now()`,
    sql`delete from identity.verification where "expiresAt" < now()`,
    sql`delete from identity.invitation where "expiresAt" < now() - ${LOOKED_FOR_DAYS} * interval '1 day'`,
    sql`delete from identity."rateLimit"
      where "lastRequest" < extract(epoch from now() - ${COUNTED_DAYS} * interval '1 day') * 1000`,
    sql`delete from outbox where created_at < now() - ${LOOKED_FOR_DAYS} * interval '1 day'`,
  ])
    await statement.execute(tx)
}
