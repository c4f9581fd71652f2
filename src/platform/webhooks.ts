import type { WebhooksPort } from '../api/services.ts'
import type { Webhooks } from '../webhooks/webhooks.ts'
import type { RecordPorts } from './record-ports.ts'

/** Webhooks as the API wants them: every change is in the audit trail. */
export function webhookService(webhooks: Webhooks, { record }: Pick<RecordPorts, 'record'>): WebhooksPort {
  return {
    list: webhooks.list,
    create: (by, { url, topics }) =>
      webhooks.create(
        { organisationId: by.organisationId, createdBy: by.id, url, topics },
        (tx, { id, name }) =>
          record(tx, by, {
            action: 'webhook.create',
            target: { kind: 'webhook', id, name },
            detail: { topics },
          }),
      ),
    remove: (by, id) =>
      webhooks.remove(by.organisationId, id, (tx, { name }) =>
        record(tx, by, { action: 'webhook.delete', target: { kind: 'webhook', id, name } }),
      ),
    deliveries: webhooks.deliveries,
    test: (by, id) => webhooks.test(by.organisationId, id),
  }
}
