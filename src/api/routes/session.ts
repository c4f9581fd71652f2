import type { FastifyReply } from 'fastify'
import Type from 'typebox'
import { headersOf, type Routes } from '../route.ts'
import { object, text } from '../schema/common.ts'
import { MeShape, MetaShape, SetupShape } from '../schema/organisation.ts'

const tags = ['Session']
const DONE = { 204: Type.Null({ description: 'Done; the answer sets the session cookie.' }) }

/** Who is asking, and the ways in that are not the sign-in library's own. */
export const sessionRoutes: Routes =
  ({ signIn }) =>
  async (app) => {
    app.get(
      '/meta',
      {
        config: { isPublic: true },
        schema: {
          operationId: 'getMeta',
          summary: 'What the sign-in page needs to know',
          tags,
          response: { 200: MetaShape },
        },
      },
      () => signIn.meta(),
    )
    app.get(
      '/me',
      {
        config: { permission: 'signed-in' },
        schema: { operationId: 'getMe', summary: 'Who is asking', tags, response: { 200: MeShape } },
      },
      (request) => signIn.me(headersOf(request)),
    )
    app.post(
      '/setup',
      {
        config: { isPublic: true, perMinute: 10 },
        schema: {
          operationId: 'setUp',
          summary: 'Make the first administrator',
          description: 'Once only, with the token printed on the console.',
          tags,
          body: SetupShape,
          response: DONE,
        },
      },
      async (request, reply) => signedIn(reply, await signIn.setUp(request.body, headersOf(request))),
    )
    app.post(
      '/demo/sign-in',
      {
        config: { isPublic: true, perMinute: 60 },
        schema: {
          operationId: 'signInDemo',
          summary: 'Sign in as one of the demo’s people',
          description: 'Only where the platform runs as a demo.',
          tags,
          body: object({ person: text('One of `demoPeople`.', { maxLength: 64 }) }),
          response: DONE,
        },
      },
      async (request, reply) =>
        signedIn(reply, await signIn.signInDemo(request.body.person, headersOf(request))),
    )
    app.post(
      '/organisation/switch',
      {
        config: { permission: 'signed-in' },
        schema: {
          operationId: 'switchOrganisation',
          summary: 'Act in another of your organisations',
          tags,
          body: object({ organisationId: text('One of your organisations.', { maxLength: 64 }) }),
          response: DONE,
        },
      },
      async (request, reply) => {
        const { organisationId } = request.body
        return signedIn(reply, await signIn.switchOrganisation(headersOf(request), organisationId))
      },
    )
  }

function signedIn(reply: FastifyReply, cookies: readonly string[]): null {
  reply.code(204).header('set-cookie', [...cookies])
  return null
}
