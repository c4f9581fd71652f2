import Type, { type Static } from 'typebox'
import { count, FaultShape, free, named, object, oneOf, optional, PageQuery, text, time } from './common.ts'

const ROLES = ['admin', 'analyst', 'viewer', 'instance_admin'] as const
const connectionIds = optional(
  Type.Array(Type.String({ maxLength: 64 }), {
    maxItems: 1000,
    description: 'The connections an instance_admin administers.',
  }),
)

export const MeShape = named('Me', {
  user: optional(object({ id: Type.String(), name: Type.String(), email: Type.String() })),
  key: optional(object({ id: Type.String(), name: Type.String() })),
  organisation: optional(
    object({
      id: Type.String(),
      name: Type.String(),
      kinds: Type.Array(oneOf(['vendor', 'operator', 'customer'] as const, 'What the organisation is.')),
    }),
  ),
  role: optional(oneOf(ROLES, 'Role here.')),
  permissions: Type.Array(Type.String()),
  organisations: Type.Array(object({ id: Type.String(), name: Type.String() })),
})

/** What the sign-in page needs to know; public. */
export const MetaShape = named('Meta', {
  version: Type.String(),
  isDemo: Type.Boolean(),
  /** No administrator yet: the token printed on the console makes the first. */
  needsSetup: Type.Boolean(),
  demoPeople: Type.Array(
    object({ id: Type.String(), name: Type.String(), organisation: Type.String(), about: Type.String() }),
  ),
  signIn: object({ password: Type.Boolean(), passkey: Type.Boolean(), sso: Type.Boolean() }),
})
export const SetupShape = named('Setup', {
  token: text('The one-time token printed on the console.'),
  name: Type.String({ minLength: 1, maxLength: 200 }),
  email: Type.String({ format: 'email' }),
  password: Type.String({ minLength: 12, maxLength: 200 }),
  organisation: Type.String({ minLength: 1, maxLength: 200 }),
})

export const MemberShape = named('Member', {
  id: Type.String(),
  userId: Type.String(),
  name: Type.String(),
  email: Type.String(),
  role: oneOf(ROLES, 'Role.'),
  connectionIds,
  hasTwoFactor: Type.Boolean(),
  joinedAt: time('Since when.'),
})
export const InvitationShape = named('Invitation', {
  id: Type.String(),
  email: Type.String(),
  role: oneOf(ROLES, 'Role.'),
  expiresAt: time('Until when it can be accepted.'),
})
export const NewInvitationShape = named('NewInvitation', {
  email: Type.String({ format: 'email', maxLength: 254 }),
  role: oneOf(ROLES, 'Role.'),
})
export const RoleChangeShape = named('RoleChange', { role: oneOf(ROLES, 'Role.'), connectionIds })

export const ApiKeyShape = named('ApiKey', {
  id: Type.String(),
  name: Type.String(),
  prefix: text('The first characters, to recognise it by.'),
  scopes: Type.Array(Type.String()),
  createdBy: Type.String(),
  createdAt: time('When it was made.'),
  expiresAt: optional(time('Until when it is accepted.')),
  lastUsedAt: optional(time('When it was last used.')),
  revokedAt: optional(time('Since when it is refused.')),
})
export const NewApiKeyShape = named('NewApiKey', {
  name: text('Name.', { minLength: 1, maxLength: 100 }),
  scopes: Type.Array(Type.String(), { minItems: 1, uniqueItems: true }),
  expiresAt: optional(time('Until when it is accepted.')),
})
export const CreatedApiKeyShape = named('CreatedApiKey', {
  ...ApiKeyShape.properties,
  key: text('The key itself: shown this once.'),
})

export const AuditEntryShape = named('AuditEntry', {
  number: Type.Integer(),
  at: time('When.'),
  actor: free('Who.'),
  action: text('What, such as connection.create.'),
  target: free('On what.'),
  detail: free('How.'),
  hash: text('SHA-256 over this entry and the hash before it, hex.'),
})
export const AuditQuery = object({
  ...PageQuery,
  action: optional(Type.String()),
  actor: optional(Type.String()),
})
export const AuditVerdictShape = named('AuditVerdict', {
  isIntact: Type.Boolean(),
  entries: count('Entries checked.'),
  head: optional(text('Hash of the last entry, hex.')),
  brokenAt: optional(Type.Integer({ description: 'The first entry that does not fit.' })),
})

export const OrganisationSettingsShape = named('OrganisationSettings', {
  retentionDays: Type.Integer({ minimum: 1, maximum: 3650 }),
  quarantineDays: Type.Integer({ minimum: 1, maximum: 365 }),
})

const TOPICS = [
  'connection.changed',
  'stream.failed',
  'stream.recovered',
  'stream.silent',
  'export.done',
] as const
export const WebhookShape = named('Webhook', {
  id: Type.String(),
  url: Type.String(),
  topics: Type.Array(oneOf(TOPICS, 'Topic.')),
  isEnabled: Type.Boolean(),
  failures: count('Failures in a row.'),
  disabledReason: optional(Type.String()),
  createdAt: time('When it was made.'),
})
export const NewWebhookShape = named('NewWebhook', {
  url: text('https address.', { maxLength: 2000 }),
  topics: Type.Array(oneOf(TOPICS, 'Topic.'), { minItems: 1, uniqueItems: true }),
})
export const CreatedWebhookShape = named('CreatedWebhook', {
  ...WebhookShape.properties,
  secret: text('Signing secret (Standard Webhooks): shown this once.'),
})
export const DeliveryShape = named('Delivery', {
  id: Type.String(),
  topic: Type.String(),
  state: oneOf(['waiting', 'delivered', 'failed'] as const, 'How it went.'),
  attempts: count('Attempts.'),
  status: optional(Type.Integer()),
  fault: optional(FaultShape),
  createdAt: time('When.'),
})
export type Me = Static<typeof MeShape>
