import { randomBytes } from 'node:crypto'
import { newId } from '../../lib/id.ts'
import { stringifyJson } from '../../lib/json.ts'
import type { Platform } from '../../platform/open-platform.ts'
import { activityEvent } from '../../store/clickhouse/testing/events.ts'
import { insertDelivery } from '../../store/postgres/webhook-rows.ts'
import type { Ask } from './test-api.ts'

const APP = 'northwind-docs'
const STREAM = 'sign_ins'

/**
 * Gives an organisation at least one of everything the API shows.
 *
 * @param ask one of its administrators.
 * @param mark occurs in whatever can hold a text, so that it is recognised wherever it turns up.
 */
export async function fillOrganisation(platform: Platform, ask: Ask, mark: string): Promise<string> {
  const me = (await ask('GET', '/api/v1/me')).json as { user: { id: string }; organisation: { id: string } }
  const organisationId = me.organisation.id
  const connectionId = await fillConnection(platform, { organisationId, userId: me.user.id, mark })
  await platform.stores.activity.append(
    { organisationId, connectionId, appId: APP, stream: STREAM },
    [0, 1, 2].map((like) =>
      activityEvent(`${mark}-event-${like}`, { like, timeMs: Date.now() - 1000, with: { message: mark } }),
    ),
  )
  const made = async (path: string, body: object) => {
    const { status, text, json } = await ask('POST', path, { body })
    if (status > 299) throw new Error(`${path}: ${status} ${text}`)
    return json as { id: string }
  }
  await made('/api/v1/saved-queries', { name: `${mark} query`, query: { last: '24h' } })
  await made('/api/v1/api-keys', { name: `${mark} key`, scopes: ['audit.read'] })
  await made('/api/v1/invitations', { email: `${mark.toLowerCase()}@invited.example`, role: 'viewer' })
  const webhook = await made('/api/v1/webhooks', {
    url: `https://${mark.toLowerCase()}.example/hook`,
    topics: ['export.done'],
  })
  await platform.stores.control.within(organisationId, (tx) =>
    insertDelivery(tx, {
      id: newId('msg', Date.now()),
      organisation_id: organisationId,
      endpoint_id: webhook.id,
      topic: 'test',
      created_at: new Date(),
      body: { mark },
    }),
  )
  await made('/api/v1/exports', { query: { last: '24h', text: mark }, format: 'ndjson' })
  await waitFor(async () => {
    const { json } = await ask('GET', '/api/v1/exports')
    return (json as { items: { state: string }[] }).items.every(({ state }) => state === 'done')
  })
  return organisationId
}

type Owner = { readonly organisationId: string; readonly userId: string; readonly mark: string }

async function fillConnection(platform: Platform, { organisationId, userId, mark }: Owner): Promise<string> {
  const { catalog, stores } = platform
  const connectionId = newId('con', Date.now())
  const runId = newId('run', Date.now())
  const itemId = newId('qua', Date.now())
  const record = await stores.vault.seal(stringifyJson({ record: { mark } }), {
    organisationId,
    subject: itemId,
    purpose: 'record',
  })
  const place = { organisation_id: organisationId, connection_id: connectionId, stream: STREAM }
  await stores.control.within(organisationId, async (tx) => {
    await tx
      .insertInto('connection')
      .values({
        id: connectionId,
        organisation_id: organisationId,
        app_id: APP,
        connector_digest: catalog.get(APP).digest,
        name: `${mark} connection`,
        status: 'active',
        auth_method: null,
        features: ['activity'],
        settings: JSON.stringify({}),
        created_by: userId,
      })
      .execute()
    await tx
      .insertInto('stream')
      .values({
        organisation_id: organisationId,
        connection_id: connectionId,
        name: STREAM,
        kind: 'activity',
        feature: 'activity',
        every_ms: 60_000,
      })
      .execute()
    await tx
      .insertInto('run')
      .values({ ...place, id: runId, worker: 'test', reason: 'person', state: 'done' })
      .execute()
    await tx
      .insertInto('quarantine')
      .values({
        ...place,
        id: itemId,
        run_id: runId,
        key: `${mark} key`,
        record_hash: randomBytes(32),
        record,
        code: 'RECORD_UNMAPPABLE',
        message: mark,
        connector_digest: 'x',
      })
      .execute()
    await tx
      .insertInto('inventory')
      .values({
        ...place,
        key: `${mark} account`,
        kind: 'accounts',
        uid: null,
        name: mark,
        email: null,
        status: null,
        type: null,
        is_admin: null,
        has_mfa: null,
        last_login_at: null,
        event: JSON.stringify({ message: mark }),
        last_run_id: runId,
      })
      .execute()
  })
  return connectionId
}

export async function waitFor(isSo: () => Promise<boolean>, withinMs = 30_000): Promise<void> {
  const endMs = Date.now() + withinMs
  while (!(await isSo())) {
    if (Date.now() > endMs) throw new Error('it did not come to be')
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
