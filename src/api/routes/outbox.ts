import { callerOf, type Routes } from '../route.ts'
import { OutboxShape } from '../schema/outbox.ts'

export const outboxRoutes: Routes =
  ({ outbox }) =>
  async (app) => {
    app.get(
      '/outbox',
      {
        config: { permission: 'outbox.read' },
        schema: {
          operationId: 'listOutbox',
          summary: 'Letters that no mail server took, for the operator',
          description:
            'The newest hundred. Whoever reads them can use their links: administrators of the operator only.',
          tags: ['Operator'],
          response: { 200: OutboxShape },
        },
      },
      (request) => outbox.list(callerOf(request)),
    )
  }
