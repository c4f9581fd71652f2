import type { Static } from 'typebox'
import type { Permission, Principal, Role } from '../identity/permissions.ts'
import type { ActivityStore } from '../model/activity.ts'
import type { AccountDetailShape, AccountShape, AccountsQuery } from './schema/accounts.ts'
import type { ExportShape, NewSavedQueryShape, SavedQueryShape, StoredQueryShape } from './schema/activity.ts'
import type { AppShape, AppSummaryShape } from './schema/apps.ts'
import type {
  ConnectionChangeShape,
  ConnectionShape,
  DisconnectedShape,
  NewConnectionShape,
  NextStepShape,
  QuarantinedShape,
  ReplayedShape,
  RunShape,
  StreamShape,
  TestResultShape,
} from './schema/connections.ts'
import type {
  ApiKeyShape,
  AuditEntryShape,
  AuditVerdictShape,
  CreatedApiKeyShape,
  CreatedWebhookShape,
  DeliveryShape,
  InvitationShape,
  MemberShape,
  MeShape,
  MetaShape,
  NewApiKeyShape,
  NewInvitationShape,
  NewWebhookShape,
  OrganisationSettingsShape,
  RoleChangeShape,
  SetupShape,
  WebhookShape,
} from './schema/organisation.ts'
import type { OutboxShape } from './schema/outbox.ts'

/**
 * What the API needs of the platform, as plain functions. Whoever wires the platform gives them; nothing here knows of HTTP.
 *
 * Whatever belongs to one organisation takes its id, or the principal where the change is to be recorded under a name, first.
 * Something that is not there, or is another organisation's, is `undefined` or a fault whose status is 404: both answer alike.
 */
export type Services = {
  readonly access: AccessPort
  readonly signIn: SignInPort
  readonly apps: AppsPort
  readonly connections: ConnectionsPort
  readonly streams: StreamsPort
  readonly activity: ActivityStore
  readonly accounts: AccountsPort
  readonly savedQueries: SavedQueriesPort
  readonly exports: ExportsPort
  readonly members: MembersPort
  readonly apiKeys: ApiKeysPort
  readonly audit: AuditPort
  readonly settings: SettingsPort
  readonly organisation: OrganisationPort
  readonly webhooks: WebhooksPort
  readonly hooks: HooksPort
  readonly live: LivePort
  readonly repetitions: RepetitionsPort
  readonly outbox: OutboxPort
  readonly health: HealthPort
}

export type { Permission, Principal, Role }
export type PageAsk = { readonly limit: number; readonly after?: string }
/** Rows of a list in the order of their ids, newest first, after the one named. */
export type NewestFirst = { readonly limit: number; readonly beforeId?: string }
export type Page<T> = { readonly items: readonly T[]; readonly next?: string }
/** All of the organisation's connections, or the ones named. */
export type Reach = 'all' | readonly string[]

export type AccessPort = {
  /** Who asks, by session cookie or bearer key; or why nobody is let in. `no_organisation`: somebody is signed in and acts for none. */
  readonly principalOf: (headers: Headers) => Promise<Principal | { readonly refused: string }>
}

/** Signing in and out, and what needs no organisation. */
export type SignInPort = {
  /**
   * The sign-in library's own routes, `/api/auth/*`.
   *
   * @param address of the client, as we believe it.
   */
  readonly handle: (request: Request, address: string) => Promise<Response>
  readonly meta: () => Promise<Static<typeof MetaShape>>
  readonly me: (headers: Headers) => Promise<Static<typeof MeShape>>
  /** These give the `set-cookie` lines of the session. */
  readonly setUp: (input: Static<typeof SetupShape>, headers: Headers) => Promise<readonly string[]>
  readonly signInDemo: (person: string, headers: Headers) => Promise<readonly string[]>
  readonly switchOrganisation: (headers: Headers, organisationId: string) => Promise<readonly string[]>
}

export type AppsPort = {
  readonly list: (organisationId: string) => Promise<readonly Static<typeof AppSummaryShape>[]>
  readonly get: (organisationId: string, appId: string) => Promise<Static<typeof AppShape> | undefined>
}

type ConnectionBody = Static<typeof ConnectionShape>
type NextStepBody = Static<typeof NextStepShape>
export type ConnectionsPort = {
  readonly list: (organisationId: string, reach: Reach) => Promise<readonly ConnectionBody[]>
  readonly get: (organisationId: string, id: string) => Promise<ConnectionBody | undefined>
  readonly create: (by: Principal, input: Static<typeof NewConnectionShape>) => Promise<NextStepBody>
  readonly change: (
    by: Principal,
    id: string,
    change: Static<typeof ConnectionChangeShape>,
  ) => Promise<NextStepBody>
  readonly remove: (by: Principal, id: string) => Promise<void>
  readonly authorize: (by: Principal, id: string) => Promise<NextStepBody>
  /** What came of a consent by code: `consent` while the person has not decided. */
  readonly askByCode: (by: Principal, id: string) => Promise<NextStepBody>
  readonly test: (by: Principal, id: string) => Promise<Static<typeof TestResultShape>>
  readonly pause: (by: Principal, id: string) => Promise<ConnectionBody>
  readonly resume: (by: Principal, id: string) => Promise<ConnectionBody>
  readonly disconnect: (by: Principal, id: string) => Promise<Static<typeof DisconnectedShape>>
  /** Ends a consent: gives the connection it was for. */
  readonly finishConsent: (ask: ConsentAnswer) => Promise<{ readonly connectionId: string }>
}
export type ConsentAnswer = {
  readonly principal: Principal
  readonly app: string
  readonly organisationKey: string
  readonly query: Readonly<Record<string, string>>
}

type StreamBody = Static<typeof StreamShape>
export type StreamsPort = {
  readonly list: (organisationId: string, connectionId: string) => Promise<readonly StreamBody[] | undefined>
  readonly change: (
    by: Principal,
    connectionId: string,
    name: string,
    change: { isEnabled?: boolean },
  ) => Promise<StreamBody>
  readonly runNow: (by: Principal, connectionId: string, name: string) => Promise<StreamBody>
  readonly backfill: (
    by: Principal,
    connectionId: string,
    name: string,
    fromMs: number,
  ) => Promise<StreamBody>
  readonly runs: (
    organisationId: string,
    connectionId: string,
    ask: NewestFirst & { readonly stream?: string },
  ) => Promise<readonly Static<typeof RunShape>[] | undefined>
  readonly quarantine: (
    organisationId: string,
    connectionId: string,
    ask: NewestFirst,
  ) => Promise<readonly Static<typeof QuarantinedShape>[] | undefined>
  readonly quarantined: (
    organisationId: string,
    connectionId: string,
    itemId: string,
  ) => Promise<Static<typeof QuarantinedShape> | undefined>
  /** All of the connection's where no ids are given. */
  readonly replay: (
    by: Principal,
    connectionId: string,
    ids?: readonly string[],
  ) => Promise<Static<typeof ReplayedShape>>
}

export type AccountsPort = {
  readonly list: (
    organisationId: string,
    reach: Reach,
    query: Omit<Static<typeof AccountsQuery>, 'limit' | 'after'> & PageAsk,
  ) => Promise<Page<Static<typeof AccountShape>>>
  readonly get: (organisationId: string, id: string) => Promise<Static<typeof AccountDetailShape> | undefined>
}

export type SavedQueriesPort = {
  readonly list: (organisationId: string) => Promise<readonly Static<typeof SavedQueryShape>[]>
  readonly save: (
    by: Principal,
    query: Static<typeof NewSavedQueryShape>,
  ) => Promise<Static<typeof SavedQueryShape>>
  readonly remove: (by: Principal, id: string) => Promise<boolean>
}

type ExportBody = Static<typeof ExportShape>
export type ExportsPort = {
  readonly list: (organisationId: string, ask: NewestFirst) => Promise<readonly ExportBody[]>
  readonly create: (
    by: Principal,
    input: {
      readonly format: 'ndjson' | 'parquet'
      readonly query: Static<typeof StoredQueryShape>
      readonly filter: Parameters<ActivityStore['count']>[1]
    },
  ) => Promise<ExportBody>
  /** @throws {Fault} `EXPORT_UNREADY` before it is done and after it expired. */
  readonly file: (organisationId: string, id: string) => Promise<ExportFile | undefined>
}
export type ExportFile = {
  readonly name: string
  readonly bytes: number
  readonly format: 'ndjson' | 'parquet'
  readonly open: () => NodeJS.ReadableStream
}

export type MembersPort = {
  readonly list: (organisationId: string) => Promise<readonly Static<typeof MemberShape>[]>
  readonly invitations: (organisationId: string) => Promise<readonly Static<typeof InvitationShape>[]>
  readonly invite: (
    by: Principal,
    input: Static<typeof NewInvitationShape>,
    headers: Headers,
  ) => Promise<Static<typeof InvitationShape>>
  readonly cancelInvitation: (by: Principal, id: string, headers: Headers) => Promise<void>
  readonly changeRole: (
    by: Principal,
    id: string,
    change: Static<typeof RoleChangeShape>,
    headers: Headers,
  ) => Promise<Static<typeof MemberShape>>
  readonly remove: (by: Principal, id: string, headers: Headers) => Promise<void>
}

export type ApiKeysPort = {
  readonly list: (organisationId: string) => Promise<readonly Static<typeof ApiKeyShape>[]>
  readonly create: (
    by: Principal,
    input: Static<typeof NewApiKeyShape>,
  ) => Promise<Static<typeof CreatedApiKeyShape>>
  readonly revoke: (by: Principal, id: string) => Promise<void>
}

export type AuditPort = {
  readonly list: (
    organisationId: string,
    ask: {
      readonly limit: number
      readonly before?: number
      readonly action?: string
      readonly actor?: string
    },
  ) => Promise<readonly Static<typeof AuditEntryShape>[]>
  readonly verify: (organisationId: string) => Promise<Static<typeof AuditVerdictShape>>
}

type SettingsBody = Static<typeof OrganisationSettingsShape>
export type SettingsPort = {
  readonly get: (organisationId: string) => Promise<SettingsBody>
  readonly change: (by: Principal, change: Partial<SettingsBody>) => Promise<SettingsBody>
}

export type OrganisationPort = {
  /**
   * Deletes the caller's organisation.
   *
   * @param name of the organisation, as typed by the caller.
   * @throws {Fault} `OPERATOR_NEEDED`; `INPUT_INVALID` for another name.
   */
  readonly remove: (by: Principal, name: string) => Promise<void>
}

export type WebhooksPort = {
  readonly list: (organisationId: string) => Promise<readonly Static<typeof WebhookShape>[]>
  readonly create: (
    by: Principal,
    input: Static<typeof NewWebhookShape>,
  ) => Promise<Static<typeof CreatedWebhookShape>>
  readonly remove: (by: Principal, id: string) => Promise<boolean>
  readonly deliveries: (
    organisationId: string,
    id: string,
    ask: NewestFirst,
  ) => Promise<readonly Static<typeof DeliveryShape>[] | undefined>
  /** Sends one delivery at once and says how it went. */
  readonly test: (by: Principal, id: string) => Promise<Static<typeof DeliveryShape> | undefined>
}

/** One delivery of an app to `/hooks/{connectionId}/{path}`, nothing of it read yet. */
export type HookDelivery = {
  readonly connectionId: string
  readonly path: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  readonly rawBody: Uint8Array
}
export type HooksPort = {
  readonly receive: (delivery: HookDelivery) => Promise<{ readonly status: number; readonly body?: object }>
}

/** What a person watching sees change, as it changes. */
export type LiveEvent = { readonly type: 'stream' | 'connection' | 'export'; readonly data: object }
export type LivePort = {
  /** @returns ends the subscription. */
  readonly subscribe: (organisationId: string, listener: (event: LiveEvent) => void) => () => void
}

/** What was answered to a request with an Idempotency-Key. */
export type RepetitionsPort = {
  readonly begin: (
    organisationId: string,
    key: string,
    /** Compared by a keyed hash: it may hold secrets. */
    requestText: string,
  ) => Promise<
    | { readonly state: 'new' | 'conflict' | 'running' }
    | { readonly state: 'answered'; readonly status: number; readonly body: unknown }
  >
  readonly end: (
    organisationId: string,
    key: string,
    answer: { readonly status: number; readonly body: unknown },
  ) => Promise<void>
  /** Nothing was done: the key is free again. */
  readonly forget: (organisationId: string, key: string) => Promise<void>
}

/** Letters kept where no mail server is set. */
export type OutboxPort = {
  /** @throws {Fault} `NOT_ALLOWED` for whoever is not of the operator. */
  readonly list: (by: Principal) => Promise<Static<typeof OutboxShape>>
}

export type HealthPort = {
  /** What is not ready, in words; empty when everything is. */
  readonly notReady: () => Promise<readonly string[]>
}
