import type { DeliveryRow, WebhookRow } from '../store/postgres/webhook-rows.ts'

export const TOPICS = [
  'connection.changed',
  'stream.failed',
  'stream.recovered',
  'stream.silent',
  'export.done',
] as const
export type Topic = (typeof TOPICS)[number]

/** An address as people see it. */
export type Webhook = {
  id: string
  url: string
  topics: Topic[]
  isEnabled: boolean
  failures: number
  disabledReason?: string
  createdAt: string
}
export type Delivery = {
  id: string
  topic: string
  state: 'waiting' | 'delivered' | 'failed'
  attempts: number
  status?: number
  fault?: {
    code: string
    message: string
    blame: 'author' | 'operator' | 'source' | 'platform'
    help: string
    at: string
  }
  createdAt: string
}

export const webhookOf = (row: WebhookRow): Webhook => ({
  id: row.id,
  url: row.url,
  topics: TOPICS.filter((topic) => row.topics.includes(topic)),
  isEnabled: row.is_enabled,
  failures: row.failures,
  ...(row.disabled_reason === null ? {} : { disabledReason: row.disabled_reason }),
  createdAt: row.created_at.toISOString(),
})

export const deliveryOf = (row: DeliveryRow): Delivery => ({
  id: row.id,
  topic: row.topic,
  state: row.state,
  attempts: row.attempts,
  ...(row.status === null ? {} : { status: row.status }),
  ...(row.fault === null ? {} : { fault: row.fault as NonNullable<Delivery['fault']> }),
  createdAt: row.created_at.toISOString(),
})
