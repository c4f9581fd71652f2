import { randomBytes } from 'node:crypto'
import type { Clock } from '../lib/clock.ts'
import { Fault } from '../lib/fault.ts'
import { newId } from '../lib/id.ts'
import type { Transport } from '../model/transport.ts'
import type { Vault } from '../model/vault.ts'
import type { ControlStore, Tx } from '../store/postgres/control-store.ts'
import type { NewestFirst } from '../store/postgres/history-rows.ts'
import {
  deleteWebhook,
  insertDelivery,
  insertWebhook,
  listDeliveries,
  listWebhooks,
  readWebhook,
  webhooksFor,
} from '../store/postgres/webhook-rows.ts'
import { attempt, deliverWaiting, wayTo } from './deliver.ts'
import { type Delivery, deliveryOf, type Webhook, webhookOf } from './webhook.ts'

export type WebhookPorts = {
  readonly control: ControlStore
  readonly vault: Pick<Vault, 'seal' | 'open'>
  readonly clock: Clock
  /**
   * The guarded way to one host and to nothing else.
   *
   * @throws {Fault} `EGRESS_BLOCKED` for what is no host that may be called.
   */
  readonly openWay: (host: string) => { readonly send: Transport; readonly close: () => Promise<void> }
  /** Development only: `http://` to this machine. */
  readonly allowLoopback?: boolean
}

export type NewWebhook = {
  readonly organisationId: string
  readonly createdBy: string
  readonly url: string
  readonly topics: readonly string[]
}
type Beside = (tx: Tx, target: { readonly id: string; readonly name: string }) => Promise<unknown>

export type Webhooks = {
  readonly list: (organisationId: string) => Promise<readonly Webhook[]>
  /** @throws {Fault} `SETTING_INVALID` for an address that is never called. */
  readonly create: (ask: NewWebhook, beside: Beside) => Promise<Webhook & { secret: string }>
  readonly remove: (organisationId: string, id: string, beside: Beside) => Promise<boolean>
  readonly deliveries: (
    organisationId: string,
    id: string,
    ask: NewestFirst,
  ) => Promise<readonly Delivery[] | undefined>
  /** Sends a delivery of the topic `test` at once, once. */
  readonly test: (organisationId: string, id: string) => Promise<Delivery | undefined>
  /** Tells every address of the organisation that wants to hear of the topic. Resolves when the deliveries are kept, not when they are sent. */
  readonly tell: (organisationId: string, topic: string, data: object) => Promise<void>
  /** Sends what is due. Every few seconds, by any process. */
  readonly deliverDue: () => Promise<void>
}

const SECRET_BYTES = 32

export function openWebhooks(ports: WebhookPorts): Webhooks {
  const { control, clock } = ports
  const nowText = () => new Date(clock.now()).toISOString()
  const keep = (tx: Tx, ask: { organisationId: string; endpointId: string; topic: string; data: object }) =>
    insertDelivery(tx, {
      id: newId('msg', clock.now()),
      organisation_id: ask.organisationId,
      endpoint_id: ask.endpointId,
      topic: ask.topic,
      created_at: new Date(clock.now()),
      body: { type: ask.topic, timestamp: nowText(), data: ask.data },
    })
  return {
    list: (organisationId) =>
      control.within(organisationId, async (tx) => (await listWebhooks(tx)).map(webhookOf)),
    create: (ask, beside) => createWebhook(ports, ask, beside),
    remove: (organisationId, id, beside) =>
      control.within(organisationId, async (tx) => {
        const url = await deleteWebhook(tx, id)
        if (url !== undefined) await beside(tx, { id, name: url })
        return url !== undefined
      }),
    deliveries: (organisationId, id, ask) =>
      control.within(organisationId, async (tx) => {
        if ((await readWebhook(tx, id)) === undefined) return undefined
        return (await listDeliveries(tx, id, ask)).map(deliveryOf)
      }),
    test: async (organisationId, id) => {
      const row = await control.within(organisationId, async (tx) => {
        if ((await readWebhook(tx, id)) === undefined) return undefined
        return keep(tx, { organisationId, endpointId: id, topic: 'test', data: {} })
      })
      if (row === undefined) return undefined
      return (await attempt(ports, { organisationId, id: row.id, isOnly: true })) ?? deliveryOf(row)
    },
    tell: (organisationId, topic, data) =>
      control.within(organisationId, async (tx) => {
        for (const { id } of await webhooksFor(tx, topic))
          await keep(tx, { organisationId, endpointId: id, topic, data })
      }),
    deliverDue: () => deliverWaiting(ports),
  }
}

async function createWebhook(
  ports: WebhookPorts,
  { organisationId, createdBy, url, topics }: NewWebhook,
  beside: Beside,
): Promise<Webhook & { secret: string }> {
  const { control, vault, clock, allowLoopback = false } = ports
  const { hostname } = checkedUrl(url, allowLoopback)
  await wayTo(ports, hostname).close()
  const id = newId('whk', clock.now())
  // As Standard Webhooks writes secrets.
  const secret = `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`
  const sealed = await vault.seal(secret, { organisationId, subject: id, purpose: 'webhook' })
  const row = await control.within(organisationId, async (tx) => {
    await beside(tx, { id, name: url })
    return insertWebhook(tx, {
      id,
      organisation_id: organisationId,
      url,
      secret: sealed,
      topics: [...topics],
      created_by: createdBy,
    })
  })
  return { ...webhookOf(row), secret }
}

/** @throws {Fault} `SETTING_INVALID` */
function checkedUrl(text: string, allowLoopback: boolean): URL {
  const url = URL.parse(text)
  const schemes = allowLoopback ? ['https:', 'http:'] : ['https:']
  if (url === null || !schemes.includes(url.protocol))
    throw new Fault('SETTING_INVALID', 'the webhook’s address must be an https address')
  if (url.username !== '' || url.password !== '' || url.hash !== '')
    throw new Fault('SETTING_INVALID', 'the webhook’s address holds a user name, a password or a fragment')
  return url
}
