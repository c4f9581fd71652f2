import { sql } from 'kysely'
import type { Clock } from '../lib/clock.ts'
import { newId } from '../lib/id.ts'
import type { Secret } from '../lib/secret.ts'
import type { ControlStore, Tx } from '../store/postgres/control-store.ts'
import { apiKeyHasher, isApiKeyShaped, newApiKey, shownPartOf } from './api-key.ts'
import { isPermission, KEY_SCOPES, type Permission, type Principal } from './permissions.ts'

/** What is shown of a key after the moment it was made. */
export type ApiKey = {
  readonly id: string
  readonly name: string
  /** Its first characters, by which its owner recognises it. */
  readonly shown: string
  readonly scopes: readonly Permission[]
  readonly createdBy: string
  readonly createdAt: Date
  readonly expiresAt: Date | null
  readonly lastUsedAt: Date | null
  readonly revokedAt: Date | null
}
export type NewApiKey = {
  readonly name: string
  readonly scopes: readonly Permission[]
  readonly expiresAt?: Date | undefined
}
/** Why a key is not let in. The caller of the API is told none of them. */
export type KeyRefusal = 'key_malformed' | 'key_unknown' | 'key_expired' | 'key_revoked'

export type ApiKeys = {
  /** Makes a key that may do no more than its maker. The only time its text is seen. */
  readonly create: (tx: Tx, maker: Principal, key: NewApiKey) => Promise<{ key: ApiKey; text: Secret }>
  readonly list: (tx: Tx, organisationId: string) => Promise<readonly ApiKey[]>
  /** @returns the key as it was ended, or nothing where the organisation has no such key that still works. */
  readonly revoke: (tx: Tx, organisationId: string, id: string) => Promise<ApiKey | undefined>
  /** Ends every key a person made in an organisation that the person has left. */
  readonly revokeMadeBy: (tx: Tx, organisationId: string, userId: string) => Promise<number>
  readonly principalOf: (text: string) => Promise<Principal | { readonly refused: KeyRefusal }>
}

/** `last_used_at` is for people: once a minute is exact enough, and spares a write per request. */
const USE_NOTED_EVERY_MS = 60_000

export function openApiKeys(control: ControlStore, secret: Secret, clock: Clock): ApiKeys {
  const hashOf = apiKeyHasher(secret)
  const now = () => new Date(clock.now())
  return {
    create: async (tx, maker, { name, scopes, expiresAt }) => {
      const text = newApiKey()
      const granted = scopes.filter((scope) => KEY_SCOPES.includes(scope) && maker.scopes.includes(scope))
      if (granted.length !== scopes.length || granted.length === 0)
        throw new RangeError('a key has at least one scope, and only scopes its maker has')
      const row = await tx
        .insertInto('api_key')
        .values({
          id: newId('key', clock.now()),
          organisation_id: maker.organisationId,
          name,
          prefix: shownPartOf(text.reveal()),
          hash: hashOf(text.reveal()),
          scopes: [...new Set(granted)],
          created_by: maker.id,
          created_at: now(),
          expires_at: expiresAt ?? null,
        })
        .returningAll()
        .executeTakeFirstOrThrow()
      return { key: keyOf(row), text }
    },
    list: async (tx, organisationId) => {
      const rows = await tx
        .selectFrom('api_key')
        .selectAll()
        .where('organisation_id', '=', organisationId)
        .orderBy('created_at', 'desc')
        .execute()
      return rows.map(keyOf)
    },
    revoke: async (tx, organisationId, id) => {
      const row = await tx
        .updateTable('api_key')
        .set({ revoked_at: now() })
        .where('organisation_id', '=', organisationId)
        .where('id', '=', id)
        .where('revoked_at', 'is', null)
        .returningAll()
        .executeTakeFirst()
      return row && keyOf(row)
    },
    revokeMadeBy: async (tx, organisationId, userId) => {
      const { numUpdatedRows } = await tx
        .updateTable('api_key')
        .set({ revoked_at: now() })
        .where('organisation_id', '=', organisationId)
        .where('created_by', '=', userId)
        .where('revoked_at', 'is', null)
        .executeTakeFirst()
      return Number(numUpdatedRows)
    },
    principalOf: (text) =>
      isApiKeyShaped(text)
        ? control.asPlatform((tx) => find(tx, hashOf(text), clock.now()))
        : Promise.resolve({ refused: 'key_malformed' }),
  }
}

/** Reads the row each time: a revoked key ends with the request that comes after, in every process. */
async function find(tx: Tx, hash: Buffer, nowMs: number): Promise<Principal | { refused: KeyRefusal }> {
  const row = await tx.selectFrom('api_key').selectAll().where('hash', '=', hash).executeTakeFirst()
  if (row === undefined) return { refused: 'key_unknown' }
  if (row.revoked_at !== null) return { refused: 'key_revoked' }
  if (row.expires_at !== null && row.expires_at.getTime() <= nowMs) return { refused: 'key_expired' }
  if (nowMs - (row.last_used_at?.getTime() ?? 0) >= USE_NOTED_EVERY_MS)
    await tx
      .updateTable('api_key')
      .set({ last_used_at: sql`greatest(last_used_at, ${new Date(nowMs)})` })
      .where('id', '=', row.id)
      .execute()
  return {
    kind: 'key',
    id: row.id,
    name: row.name,
    organisationId: row.organisation_id,
    role: undefined,
    scopes: row.scopes.filter(isPermission),
    connectionIds: [],
    sessionId: undefined,
  }
}

type KeyRow = {
  id: string
  name: string
  prefix: string
  scopes: string[]
  created_by: string
  created_at: Date
  expires_at: Date | null
  last_used_at: Date | null
  revoked_at: Date | null
}

function keyOf(row: KeyRow): ApiKey {
  return {
    id: row.id,
    name: row.name,
    shown: row.prefix,
    scopes: row.scopes.filter(isPermission),
    createdBy: row.created_by,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
    revokedAt: row.revoked_at,
  }
}
