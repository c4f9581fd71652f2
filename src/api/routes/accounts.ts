import { askOf, bodyOf } from '../paging.ts'
import { callerOf, callerReach, found, notFound, type Routes } from '../route.ts'
import { AccountDetailShape, AccountShape, AccountsQuery } from '../schema/accounts.ts'
import { object, page, text } from '../schema/common.ts'

const tags = ['Accounts']

export const accountRoutes: Routes =
  ({ accounts }) =>
  async (app) => {
    app.get(
      '/accounts',
      {
        config: { permission: 'account.read' },
        schema: {
          operationId: 'listAccounts',
          summary: 'Accounts of every app, and the other things apps hold',
          tags,
          querystring: AccountsQuery,
          response: { 200: page(AccountShape) },
        },
      },
      async (request) => {
        const { limit, after, ...query } = request.query
        const { organisationId } = callerOf(request)
        const ask = { ...query, ...askOf(request.query) }
        return bodyOf(await accounts.list(organisationId, callerReach(request), ask))
      },
    )
    app.get(
      '/accounts/:id',
      {
        config: { permission: 'account.read' },
        schema: {
          operationId: 'getAccount',
          summary: 'One of them, with its OCSF event',
          tags,
          params: object({ id: text('Identifier.', { maxLength: 2000 }) }),
          response: { 200: AccountDetailShape },
        },
      },
      async (request) => {
        const account = found(await accounts.get(callerOf(request).organisationId, request.params.id))
        const reach = callerReach(request)
        if (reach !== 'all' && !reach.includes(account.connection)) throw notFound()
        return account
      },
    )
  }
