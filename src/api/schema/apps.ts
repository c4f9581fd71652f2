import Type, { type Static } from 'typebox'
import { count, free, named, object, oneOf, optional, text } from './common.ts'

/** One thing a customer fills in to connect. */
export const InputShape = named('Input', {
  name: text('Name in `settings` or `secrets`.'),
  isSecret: Type.Boolean({ description: 'Goes into `secrets`: written, never read back.' }),
  isOptional: Type.Boolean(),
  title: text('Label.'),
  help: optional(text('Where to find it.')),
  type: oneOf(['text', 'number', 'boolean', 'choice', 'choices', 'host'] as const, 'Kind of field.'),
  options: optional(Type.Array(object({ value: Type.String(), title: Type.String() }))),
  default: optional(Type.Unknown()),
  example: optional(Type.String()),
  expects: text('What a right value looks like.'),
})

export const AuthMethodShape = named('AuthMethod', {
  name: text('Name to connect with.'),
  kind: text('oauth2, apiKey, basic …'),
  consent: optional(
    oneOf(
      ['redirect', 'code'] as const,
      'How a person consents, where one must: on the app’s page and back, or by a code typed there.',
    ),
  ),
  inputs: Type.Array(InputShape),
})

export const FeatureShape = named('Feature', {
  name: oneOf(['accounts', 'activity', 'posture', 'respond'] as const, 'What is chosen.'),
  title: text('What it gives, in words.'),
  scopes: Type.Array(Type.String(), { description: 'Permissions asked for when it is chosen.' }),
  streams: Type.Array(Type.String()),
})

export const AppSummaryShape = named('AppSummary', {
  id: text('Identifier.'),
  name: text('Name.'),
  vendor: text('Who makes the app.'),
  categories: Type.Array(Type.String()),
  description: optional(Type.String()),
  streams: count('Streams read.'),
  checks: count('Posture checks.'),
  detections: count('Detections.'),
  actions: count('Response actions.'),
  connections: count('Connections of your organisation.'),
})

export const AppShape = named('App', {
  ...AppSummaryShape.properties,
  digest: text('SHA-256 of the connector.'),
  links: free('Vendor pages.'),
  hosts: Type.Array(Type.String(), { description: 'Nothing else is ever called.' }),
  features: Type.Array(FeatureShape),
  authMethods: Type.Array(AuthMethodShape),
  streamDetails: Type.Array(
    object({
      name: Type.String(),
      kind: Type.String(),
      feature: Type.String(),
      every: text('How often it is read.'),
      scopes: Type.Array(Type.String()),
    }),
  ),
})
export type App = Static<typeof AppShape>
export type AppSummary = Static<typeof AppSummaryShape>
