import Type from 'typebox'
import { callerOf, type Routes } from '../route.ts'
import { object, text } from '../schema/common.ts'

export const organisationRoutes: Routes =
  ({ organisation }) =>
  async (app) => {
    app.delete(
      '/organisation',
      {
        config: { permission: 'organisation.delete' },
        schema: {
          operationId: 'deleteOrganisation',
          summary: 'Delete the organisation for good',
          description:
            'At once nobody gets in any more, by session or by key, and no app is asked. Then apps are told where they offer it, and keys, events, exports, accounts, settings, members and the audit trail are erased; nobody brings them back. The operator’s trail keeps who deleted what and when.',
          tags: ['Organisation'],
          querystring: object({
            name: text('The organisation’s name, exactly: typed by whoever means it.', { maxLength: 200 }),
          }),
          response: { 204: Type.Null({ description: 'It is deleted; what is left of it is being erased.' }) },
        },
      },
      async (request, reply) => {
        await organisation.remove(callerOf(request), request.query.name)
        reply.code(204)
        return null
      },
    )
  }
