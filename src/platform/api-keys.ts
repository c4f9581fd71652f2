import type { Static } from 'typebox'
import type { ApiKeyShape } from '../api/schema/organisation.ts'
import type { ApiKeysPort } from '../api/services.ts'
import type { ApiKey, ApiKeys } from '../identity/api-keys.ts'
import { isPermission } from '../identity/permissions.ts'
import { Fault } from '../lib/fault.ts'
import type { RecordPorts } from './record-ports.ts'
import { given, iso } from './stream-bodies.ts'

type Ports = Pick<RecordPorts, 'control' | 'record'> & { readonly keys: ApiKeys }

/** API keys as the API wants them: each is in the audit trail, its text in one answer. */
export function apiKeyService({ control, record, keys }: Ports): ApiKeysPort {
  return {
    list: (organisationId) =>
      control.within(organisationId, async (tx) => (await keys.list(tx, organisationId)).map(bodyOf)),
    create: (by, { name, scopes, expiresAt }) =>
      control.within(by.organisationId, async (tx) => {
        const known = scopes.filter(isPermission)
        if (known.length < scopes.length) throw new Fault('INPUT_INVALID', 'body.scopes names no permission')
        const { key, text } = await keys
          .create(tx, by, {
            name,
            scopes: known,
            expiresAt: expiresAt === undefined ? undefined : new Date(expiresAt),
          })
          .catch(refused)
        await record(tx, by, {
          action: 'api_key.create',
          target: { kind: 'api_key', id: key.id, name },
          detail: { scopes },
        })
        return { ...bodyOf(key), key: text.reveal() }
      }),
    revoke: (by, id) =>
      control.within(by.organisationId, async (tx) => {
        const key = await keys.revoke(tx, by.organisationId, id)
        if (key === undefined) throw new Fault('NOT_FOUND', 'there is no such key')
        await record(tx, by, { action: 'api_key.revoke', target: { kind: 'api_key', id, name: key.name } })
      }),
  }
}

/** Whoever makes a key gives away no more than they have. */
function refused(error: unknown): never {
  if (error instanceof RangeError) throw new Fault('NOT_ALLOWED', error.message)
  throw error
}

const bodyOf = (key: ApiKey): Static<typeof ApiKeyShape> => ({
  id: key.id,
  name: key.name,
  prefix: key.shown,
  scopes: [...key.scopes],
  createdBy: key.createdBy,
  createdAt: key.createdAt.toISOString(),
  ...given('expiresAt', iso(key.expiresAt)),
  ...given('lastUsedAt', iso(key.lastUsedAt)),
  ...given('revokedAt', iso(key.revokedAt)),
})
