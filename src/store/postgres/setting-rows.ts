import type { Tx } from './control-store.ts'

/** What an organisation that never changed anything has. The table's own defaults say the same; a test compares them. */
export const DEFAULT_SETTINGS = { retention_days: 180, quarantine_days: 30 } as const
export type SettingRow = { readonly retention_days: number; readonly quarantine_days: number }

export async function readSettings(tx: Tx, organisationId: string): Promise<SettingRow> {
  const row = await tx
    .selectFrom('organisation_setting')
    .select(['retention_days', 'quarantine_days'])
    .where('organisation_id', '=', organisationId)
    .executeTakeFirst()
  return row ?? DEFAULT_SETTINGS
}

export function changeSettings(
  tx: Tx,
  organisationId: string,
  change: Partial<SettingRow>,
): Promise<SettingRow> {
  return tx
    .insertInto('organisation_setting')
    .values({ organisation_id: organisationId, ...change })
    .onConflict((conflict) =>
      conflict.column('organisation_id').doUpdateSet({ organisation_id: organisationId, ...change }),
    )
    .returning(['retention_days', 'quarantine_days'])
    .executeTakeFirstOrThrow()
}
