import { sql } from 'kysely'
import type { OpenedVault } from '../credentials/vault.ts'
import type { SealPurpose } from '../model/vault.ts'
import type { ControlStore } from '../store/postgres/control-store.ts'

/** Every column that holds sealed values, and what they are sealed for. Consents end within minutes by themselves. */
const SEALED: readonly (readonly [table: string, column: string, purpose: SealPurpose])[] = [
  ['connection', 'secrets', 'secrets'],
  ['connection', 'grant_sealed', 'grant'],
  ['quarantine', 'record', 'record'],
  ['webhook_endpoint', 'secret', 'webhook'],
]
const AT_ONCE = 200

type Row = { readonly id: string; readonly sealed: Buffer }

/**
 * Seals everything of an organisation with its newest data key. May be stopped and begun again; a value that changes meanwhile is left:
 * whoever changed it sealed it with the newest key.
 *
 * @returns how many values were sealed anew.
 */
export async function resealOrganisation(
  control: ControlStore,
  vault: Pick<OpenedVault, 'reseal'>,
  organisationId: string,
): Promise<number> {
  let count = 0
  for (const [table, column, purpose] of SEALED) {
    let after = ''
    for (;;) {
      const rows = await control.within(organisationId, async (tx) => {
        const read = sql<Row>`select id, ${sql.ref(column)} as sealed from ${sql.table(table)}
          where id > ${after} and ${sql.ref(column)} is not null order by id limit ${AT_ONCE}`
        return (await read.execute(tx)).rows
      })
      for (const { id, sealed } of rows) {
        const resealed = await vault.reseal(sealed, { organisationId, subject: id, purpose })
        if (resealed === undefined) continue
        const { numAffectedRows = 0n } = await control.within(organisationId, (tx) =>
          sql`update ${sql.table(table)} set ${sql.ref(column)} = ${resealed}
            where id = ${id} and ${sql.ref(column)} = ${sealed}`.execute(tx),
        )
        count += Number(numAffectedRows)
      }
      const last = rows.at(-1)
      if (last === undefined || rows.length < AT_ONCE) break
      after = last.id
    }
  }
  return count
}
