import Type, { type Static } from 'typebox'
import { count, FaultShape, free, object, oneOf, optional, PageQuery, text, time } from './common.ts'

const ROLES = ['admin', 'analyst', 'viewer'] as const

export const MeShape = object({
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
export const MetaShape = object({
  version: Type.String(),
  isDemo: Type.Boolean(),
  /** No administrator yet: the token printed on the console makes the first. */
  needsSetup: Type.Boolean(),
  demoPeople: Type.Array(
    object({ id: Type.String(), name: Type.String(), organisation: Type.String(), about: Type.String() }),
  ),
  signIn: object({ password: Type.Boolean(), passkey: Type.Boolean(), sso: Type.Boolean() }),
})
export const SetupShape = object({
  token: text('The one-time token printed on the console.'),
  name: Type.String({ minLength: 1, maxLength: 200 }),
  email: Type.String({ format: 'email' }),
  password: Type.String({ minLength: 12, maxLength: 200 }),
  organisation: Type.String({ minLength: 1, maxLength: 200 }),
})

export const MemberShape = object({
  id: Type.String(),
  userId: Type.String(),
  name: Type.String(),
  email: Type.String(),
  role: oneOf(ROLES, 'Role.'),
  hasTwoFactor: Type.Boolean(),
  joinedAt: time('Since when.'),
})
export const InvitationShape = object({
  id: Type.String(),
  email: Type.String(),
  role: oneOf(ROLES, 'Role.'),
  expiresAt: time('Until when it can be accepted.'),
})
export const NewInvitationShape = object({
  email: Type.String({ format: 'email' }),
  role: oneOf(ROLES, 'Role.'),
})
export const RoleChangeShape = object({ role: oneOf(ROLES, 'Role.') })

export const ApiKeyShape = object({
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
export const NewApiKeyShape = object({
  name: text('Name.', { minLength: 1, maxLength: 100 }),
  scopes: Type.Array(Type.String(), { minItems: 1, uniqueItems: true }),
  expiresAt: optional(time('Until when it is accepted.')),
})
export const CreatedApiKeyShape = object({
  ...ApiKeyShape.properties,
  key: text('The key itself: shown this once.'),
})

export const AuditEntryShape = object({
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
export const AuditVerdictShape = object({
  isIntact: Type.Boolean(),
  entries: count('Entries checked.'),
  head: optional(text('Hash of the last entry, hex.')),
  brokenAt: optional(Type.Integer({ description: 'The first entry that does not fit.' })),
})

export const OrganisationSettingsShape = object({
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
export const WebhookShape = object({
  id: Type.String(),
  url: Type.String(),
  topics: Type.Array(oneOf(TOPICS, 'Topic.')),
  isEnabled: Type.Boolean(),
  failures: count('Failures in a row.'),
  disabledReason: optional(Type.String()),
  createdAt: time('When it was made.'),
})
export const NewWebhookShape = object({
  url: text('https address.', { maxLength: 2000 }),
  topics: Type.Array(oneOf(TOPICS, 'Topic.'), { minItems: 1, uniqueItems: true }),
})
export const CreatedWebhookShape = object({
  ...WebhookShape.properties,
  secret: text('Signing secret (Standard Webhooks): shown this once.'),
})
export const DeliveryShape = object({
  id: Type.String(),
  topic: Type.String(),
  state: oneOf(['waiting', 'delivered', 'failed'] as const, 'How it went.'),
  attempts: count('Attempts.'),
  status: optional(Type.Integer()),
  fault: optional(FaultShape),
  createdAt: time('When.'),
})
export type Me = Static<typeof MeShape>
