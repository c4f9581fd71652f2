import Type from 'typebox'
import { pageOf } from '../paging.ts'
import { callerOf, headersOf, type Routes } from '../route.ts'
import { IdParams, object, PageQuery, page } from '../schema/common.ts'
import { InvitationShape, MemberShape, NewInvitationShape, RoleChangeShape } from '../schema/organisation.ts'

const tags = ['Members']

export const memberRoutes: Routes =
  ({ members }) =>
  async (app) => {
    app.get(
      '/members',
      {
        config: { permission: 'member.read' },
        schema: {
          operationId: 'listMembers',
          summary: 'People of the organisation',
          tags,
          querystring: object(PageQuery),
          response: { 200: page(MemberShape) },
        },
      },
      async (request) =>
        pageOf(await members.list(callerOf(request).organisationId), request.query, ({ id }) => id),
    )
    app.patch(
      '/members/:id',
      {
        config: { permission: 'member.manage' },
        schema: {
          operationId: 'changeRole',
          summary: 'Give a member another role',
          tags,
          params: IdParams,
          body: RoleChangeShape,
          response: { 200: MemberShape },
        },
      },
      (request) => members.changeRole(callerOf(request), request.params.id, request.body, headersOf(request)),
    )
    app.delete(
      '/members/:id',
      {
        config: { permission: 'member.manage' },
        schema: {
          operationId: 'removeMember',
          summary: 'Remove a member',
          tags,
          params: IdParams,
          response: { 204: Type.Null({ description: 'Removed; their sessions here end.' }) },
        },
      },
      async (request, reply) => {
        await members.remove(callerOf(request), request.params.id, headersOf(request))
        reply.code(204)
        return null
      },
    )
    app.get(
      '/invitations',
      {
        config: { permission: 'member.manage' },
        schema: {
          operationId: 'listInvitations',
          summary: 'Invitations nobody has accepted yet',
          tags,
          querystring: object(PageQuery),
          response: { 200: page(InvitationShape) },
        },
      },
      async (request) =>
        pageOf(await members.invitations(callerOf(request).organisationId), request.query, ({ id }) => id),
    )
    app.post(
      '/invitations',
      {
        config: { permission: 'member.manage' },
        schema: {
          operationId: 'inviteMember',
          summary: 'Invite somebody by e-mail',
          tags,
          body: NewInvitationShape,
          response: { 201: InvitationShape },
        },
      },
      async (request, reply) => {
        reply.code(201)
        return members.invite(callerOf(request), request.body, headersOf(request))
      },
    )
    app.delete(
      '/invitations/:id',
      {
        config: { permission: 'member.manage' },
        schema: {
          operationId: 'cancelInvitation',
          summary: 'Take an invitation back',
          tags,
          params: IdParams,
          response: { 204: Type.Null({ description: 'Taken back.' }) },
        },
      },
      async (request, reply) => {
        await members.cancelInvitation(callerOf(request), request.params.id, headersOf(request))
        reply.code(204)
        return null
      },
    )
  }
