import Type from 'typebox'
import { callerOf, type Routes } from '../route.ts'
import { OrganisationSettingsShape } from '../schema/organisation.ts'

const tags = ['Organisation']
const Change = Type.Partial(OrganisationSettingsShape, {
  title: 'OrganisationSettingsChange',
  additionalProperties: false,
})

export const settingRoutes: Routes =
  ({ settings }) =>
  async (app) => {
    app.get(
      '/organisation/settings',
      {
        config: { permission: 'connection.read' },
        schema: {
          operationId: 'getSettings',
          summary: 'How long things are kept',
          tags,
          response: { 200: OrganisationSettingsShape },
        },
      },
      (request) => settings.get(callerOf(request).organisationId),
    )
    app.patch(
      '/organisation/settings',
      {
        config: { permission: 'setting.change' },
        schema: {
          operationId: 'changeSettings',
          summary: 'Change how long things are kept',
          description: 'What is older than a shorter time is deleted by the next retention run.',
          tags,
          body: Change,
          response: { 200: OrganisationSettingsShape },
        },
      },
      (request) => settings.change(callerOf(request), request.body),
    )
  }
