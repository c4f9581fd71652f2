import type { DataKeyStore } from '../../model/vault.ts'
import type { ControlStore, Tx } from './control-store.ts'

/**
 * Data keys in the table `data_key`. Each call is a transaction of its own: never call it inside another one. Of a deleted organisation
 * keys are read, so that its apps can be told, and no new one is made.
 */
export function openDataKeyRows({
  within,
  withinErased,
  asPlatform,
}: Pick<ControlStore, 'within' | 'withinErased' | 'asPlatform'>): DataKeyStore {
  /** The canary's organisation is nobody's, so only the platform sees it. */
  const insideBy =
    (own: ControlStore['within']) =>
    <T>(organisationId: string, work: (tx: Tx) => Promise<T>): Promise<T> =>
      organisationId === '' ? asPlatform(work) : own(organisationId, work)
  const inside = insideBy(withinErased)
  return {
    versions: async (organisationId) => {
      const rows = await inside(organisationId, (tx) =>
        tx
          .selectFrom('data_key')
          .selectAll()
          .where('organisation_id', '=', organisationId)
          .orderBy('version')
          .execute(),
      )
      return rows.map(named)
    },
    add: async ({ organisationId, version, rootKeyId, wrapped }) => {
      const key = { organisation_id: organisationId, version, root_key_id: rootKeyId }
      const { numInsertedOrUpdatedRows = 0n } = await insideBy(within)(organisationId, (tx) =>
        tx
          .insertInto('data_key')
          .values({ ...key, wrapped: Buffer.from(wrapped) })
          .onConflict((conflict) => conflict.doNothing())
          .executeTakeFirstOrThrow(),
      )
      return numInsertedOrUpdatedRows > 0n
    },
    rewrap: async ({ organisationId, version, rootKeyId, wrapped }, formerRootKeyId) => {
      const { numUpdatedRows } = await inside(organisationId, (tx) =>
        tx
          .updateTable('data_key')
          .set({ wrapped: Buffer.from(wrapped), root_key_id: rootKeyId })
          .where('organisation_id', '=', organisationId)
          .where('version', '=', version)
          .where('root_key_id', '=', formerRootKeyId)
          .executeTakeFirstOrThrow(),
      )
      return numUpdatedRows > 0n
    },
    wrappedByOthers: async (rootKeyId, limit) => {
      const rows = await asPlatform((tx) =>
        tx.selectFrom('data_key').selectAll().where('root_key_id', '!=', rootKeyId).limit(limit).execute(),
      )
      return rows.map(named)
    },
    rootKeyIds: async () => {
      const rows = await asPlatform((tx) =>
        tx.selectFrom('data_key').select('root_key_id').distinct().orderBy('root_key_id').execute(),
      )
      return rows.map(({ root_key_id }) => root_key_id)
    },
    destroy: async (organisationId) => {
      await inside(organisationId, (tx) =>
        tx.deleteFrom('data_key').where('organisation_id', '=', organisationId).execute(),
      )
    },
  }
}

type Row = {
  readonly organisation_id: string
  readonly version: number
  readonly root_key_id: string
  readonly wrapped: Buffer
}

function named({ organisation_id, version, root_key_id, wrapped }: Row) {
  return { organisationId: organisation_id, version, rootKeyId: root_key_id, wrapped }
}
