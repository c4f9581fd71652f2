import Type, { type Static } from 'typebox'
import { free, named, object, oneOf, optional, PageQuery, text, time } from './common.ts'

/** One account of one connection, as last read. */
export const AccountShape = named('Account', {
  id: text('connection, stream and key in one.'),
  connection: Type.String(),
  app: Type.String(),
  stream: Type.String(),
  kind: text('accounts, groups, roles, grants, tokens, resources, settings.'),
  uid: optional(Type.String()),
  name: optional(Type.String()),
  email: optional(Type.String()),
  status: optional(Type.String()),
  type: optional(Type.String()),
  isAdmin: optional(Type.Boolean({ description: 'Absent: not known.' })),
  hasMfa: optional(Type.Boolean({ description: 'Absent: not known.' })),
  lastLoginAt: optional(time('Last sign-in the app knows of.')),
  firstSeenAt: time('When we first read it.'),
  lastSeenAt: time('When we last read it.'),
  deletedAt: optional(time('Since when a complete reading no longer shows it.')),
})
export const AccountDetailShape = named('AccountDetail', {
  ...AccountShape.properties,
  event: free('The OCSF inventory event.'),
})
export const AccountsQuery = object({
  ...PageQuery,
  kind: optional(text('Kind of inventory; accounts when absent.')),
  connection: optional(text('Only this connection.')),
  search: optional(text('Part of the name, e-mail or uid.', { maxLength: 200 })),
  status: optional(text('Only this status.')),
  admin: optional(Type.Boolean({ description: 'Only administrators, or only others.' })),
  mfa: optional(oneOf(['yes', 'no', 'unknown'] as const, 'Multi-factor authentication.')),
  deleted: optional(Type.Boolean({ description: 'Also those that are gone.' })),
})
export type Account = Static<typeof AccountShape>
