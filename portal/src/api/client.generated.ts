// Generated from the OpenAPI document by `npm run generate`. Change the API, not this file.

export type Page<T> = {
  items: T[]
  /** Cursor of the next page; absent on the last. */
  next?: string
}

export type Account = {
  /** connection, stream and key in one. */
  id: string
  connection: string
  app: string
  stream: string
  /** accounts, groups, roles, grants, tokens, resources, settings. */
  kind: string
  uid?: string
  name?: string
  email?: string
  status?: string
  type?: string
  /** Absent: not known. */
  isAdmin?: boolean
  /** Absent: not known. */
  hasMfa?: boolean
  /** Last sign-in the app knows of. */
  lastLoginAt?: string
  /** When we first read it. */
  firstSeenAt: string
  /** When we last read it. */
  lastSeenAt: string
  /** Since when a complete reading no longer shows it. */
  deletedAt?: string
}

export type AccountDetail = {
  /** connection, stream and key in one. */
  id: string
  connection: string
  app: string
  stream: string
  /** accounts, groups, roles, grants, tokens, resources, settings. */
  kind: string
  uid?: string
  name?: string
  email?: string
  status?: string
  type?: string
  /** Absent: not known. */
  isAdmin?: boolean
  /** Absent: not known. */
  hasMfa?: boolean
  /** Last sign-in the app knows of. */
  lastLoginAt?: string
  /** When we first read it. */
  firstSeenAt: string
  /** When we last read it. */
  lastSeenAt: string
  /** Since when a complete reading no longer shows it. */
  deletedAt?: string
  /** The OCSF inventory event. */
  event: Record<string, unknown>
}

export type ActivityDetail = {
  uid: string
  connection: string
  /** When it happened. */
  time: string
  /** When we had it. */
  ingestedAt: string
  app: string
  stream: string
  /** Our stable verb, such as account.create. */
  action: string
  classUid: number
  className: string
  activityName: string
  /** The app’s own name of the event. */
  eventCode: string
  message: string
  status: string
  severityId: number
  severity: string
  actorUid: string
  actorName: string
  actorEmail: string
  actorType: string
  targetUid: string
  targetName: string
  ip: string
  country: string
  userAgent: string
  resourceType: string
  resourceName: string
  resourceUid: string
  /** The OCSF event, whole. */
  event: Record<string, unknown>
  /** The record as received. */
  raw: string
}

export type ActivityRow = {
  uid: string
  connection: string
  /** When it happened. */
  time: string
  /** When we had it. */
  ingestedAt: string
  app: string
  stream: string
  /** Our stable verb, such as account.create. */
  action: string
  classUid: number
  className: string
  activityName: string
  /** The app’s own name of the event. */
  eventCode: string
  message: string
  status: string
  severityId: number
  severity: string
  actorUid: string
  actorName: string
  actorEmail: string
  actorType: string
  targetUid: string
  targetName: string
  ip: string
  country: string
  userAgent: string
  resourceType: string
  resourceName: string
  resourceUid: string
}

export type ApiKey = {
  id: string
  name: string
  /** The first characters, to recognise it by. */
  prefix: string
  scopes: string[]
  createdBy: string
  /** When it was made. */
  createdAt: string
  /** Until when it is accepted. */
  expiresAt?: string
  /** When it was last used. */
  lastUsedAt?: string
  /** Since when it is refused. */
  revokedAt?: string
}

export type App = {
  /** Identifier. */
  id: string
  /** Name. */
  name: string
  /** Who makes the app. */
  vendor: string
  categories: string[]
  description?: string
  /** Streams read. */
  streams: number
  /** Posture checks. */
  checks: number
  /** Detections. */
  detections: number
  /** Response actions. */
  actions: number
  /** Connections of your organisation. */
  connections: number
  /** SHA-256 of the connector. */
  digest: string
  /** Vendor pages. */
  links: Record<string, unknown>
  /** Nothing else is ever called. */
  hosts: string[]
  features: Feature[]
  authMethods: AuthMethod[]
  streamDetails: Array<{
    name: string
    kind: string
    feature: string
    /** How often it is read. */
    every: string
    scopes: string[]
  }>
}

export type AppSummary = {
  /** Identifier. */
  id: string
  /** Name. */
  name: string
  /** Who makes the app. */
  vendor: string
  categories: string[]
  description?: string
  /** Streams read. */
  streams: number
  /** Posture checks. */
  checks: number
  /** Detections. */
  detections: number
  /** Response actions. */
  actions: number
  /** Connections of your organisation. */
  connections: number
}

export type AuditEntry = {
  number: number
  /** When. */
  at: string
  /** Who. */
  actor: Record<string, unknown>
  /** What, such as connection.create. */
  action: string
  /** On what. */
  target: Record<string, unknown>
  /** How. */
  detail: Record<string, unknown>
  /** SHA-256 over this entry and the hash before it, hex. */
  hash: string
}

export type AuditVerdict = {
  isIntact: boolean
  /** Entries checked. */
  entries: number
  /** Hash of the last entry, hex. */
  head?: string
  /** The first entry that does not fit. */
  brokenAt?: number
}

export type AuthMethod = {
  /** Name to connect with. */
  name: string
  /** oauth2, apiKey, basic … */
  kind: string
  /** How a person consents, where one must: on the app’s page and back, or by a code typed there. */
  consent?: 'redirect' | 'code'
  inputs: Input[]
}

export type Backfill = {
  /** Read again from here on. */
  from: string
}

export type Connection = {
  /** Identifier. */
  id: string
  app: {
    id: string
    name: string
  }
  /** Name of this instance. */
  name: string
  /** Where the connection stands. */
  status: 'connecting' | 'active' | 'paused' | 'needs_reauth' | 'disconnected'
  /** The worst of its streams. */
  health: 'good' | 'syncing' | 'attention' | 'failing' | 'silent' | 'off'
  features: Array<'accounts' | 'activity' | 'posture' | 'respond'>
  scopesRequested: string[]
  scopesGranted?: string[]
  /** Chosen features for which permissions were not granted. */
  missing: Array<{
    feature: string
    scopes: string[]
  }>
  authMethod?: string
  /** As given. */
  settings: Record<string, unknown>
  /** Secrets kept; their values cannot be read. */
  secretNames: string[]
  /** Whom the app says we are. */
  identity?: string
  /** When the credential ends for good. */
  credentialExpiresAt?: string
  fault?: Fault
  streams: {
    /** Enabled streams. */
    total: number
    /** Streams with a fault. */
    failing: number
    /** Streams being read. */
    running: number
  }
  /** Events collected. */
  events: number
  /** Newest event. */
  lastEventAt?: string
  createdBy: string
  /** When it was made. */
  createdAt: string
}

export type ConnectionChange = {
  /** New name. */
  name?: string
  features?: Array<'accounts' | 'activity' | 'posture' | 'respond'>
  /** All settings anew. A change of hosts erases the credential. */
  settings?: Record<string, unknown>
  /** Values of the secrets: never read back. */
  secrets?: Record<string, string>
  /** When the credential ends. */
  credentialExpiresAt?: string
}

export type ConsentCode = {
  /** What the person types. */
  userCode: string
  /** Where: an address of the app. */
  verificationUrl: string
  /** The same with the code in it. */
  verificationUrlComplete?: string
  /** When the code ends. */
  expiresAt: string
  /** How often it is worth asking what came of it, milliseconds. */
  intervalMs: number
}

export type CreatedApiKey = {
  id: string
  name: string
  /** The first characters, to recognise it by. */
  prefix: string
  scopes: string[]
  createdBy: string
  /** When it was made. */
  createdAt: string
  /** Until when it is accepted. */
  expiresAt?: string
  /** When it was last used. */
  lastUsedAt?: string
  /** Since when it is refused. */
  revokedAt?: string
  /** The key itself: shown this once. */
  key: string
}

export type CreatedWebhook = {
  id: string
  url: string
  topics: Array<'connection.changed' | 'stream.failed' | 'stream.recovered' | 'stream.silent' | 'export.done'>
  isEnabled: boolean
  /** Failures in a row. */
  failures: number
  disabledReason?: string
  /** When it was made. */
  createdAt: string
  /** Signing secret (Standard Webhooks): shown this once. */
  secret: string
}

export type Delivery = {
  id: string
  topic: string
  /** How it went. */
  state: 'waiting' | 'delivered' | 'failed'
  /** Attempts. */
  attempts: number
  status?: number
  fault?: Fault
  /** When. */
  createdAt: string
}

export type Disconnected = {
  connection: Connection
  /** Whether the app took its grant back. not_offered, failed: take it back in the app itself. */
  revocation: 'done' | 'not_offered' | 'failed'
}

export type ErrorAnswer = {
  error: {
    /** Permanent; listed in the error reference. */
    code: string
    /** What is wrong, in one sentence. */
    message: string
    /** What to do. */
    help?: string
    complaints?: Array<{
      /** Where in the request. */
      path: string
      /** What is wrong there. */
      message: string
    }>
    /** Name it when you report the problem. */
    requestId: string
  }
}

export type Export = {
  id: string
  /** Format. */
  format: 'ndjson' | 'parquet'
  /** Where it stands. */
  state: 'waiting' | 'running' | 'done' | 'failed'
  /** Events written. */
  events: number
  /** Events to be written. */
  eventsExpected?: number
  /** Bytes written. */
  bytes: number
  query: StoredQuery
  fault?: Fault
  createdBy: string
  /** When it was asked for. */
  createdAt: string
  /** When the file is deleted. */
  expiresAt: string
}

export type Facets = {
  facets: Array<{
    /** Field. */
    field: 'app' | 'connection' | 'stream' | 'action' | 'class' | 'activity' | 'eventCode' | 'status' | 'severity' | 'actor' | 'actorType' | 'target' | 'ip' | 'country' | 'asn' | 'userAgent' | 'resource' | 'resourceType' | 'session'
    values: Array<{
      value: string
      /** Events. */
      count: number
    }>
  }>
}

export type Fault = {
  /** Permanent; listed in the error reference. */
  code: string
  /** What happened and where. */
  message: string
  /** Who must act: the manifest author, you, nobody (the app: it is tried again), or whoever runs this platform. */
  blame: 'author' | 'operator' | 'source' | 'platform'
  /** What to do. */
  help: string
  /** When it happened. */
  at: string
}

export type Feature = {
  /** What is chosen. */
  name: 'accounts' | 'activity' | 'posture' | 'respond'
  /** What it gives, in words. */
  title: string
  /** Permissions asked for when it is chosen. */
  scopes: string[]
  streams: string[]
}

export type Habits = {
  /** Whose habits these are; empty where the event names nobody. */
  actor: string
  /** Start of the 30 days before the event. */
  from: string
  /** The event. */
  to: string
  habits: Array<{
    /** Field. */
    field: 'action' | 'app' | 'ip' | 'country' | 'asn' | 'resourceType' | 'userAgent'
    /** The value of the event. */
    value: string
    /** Events of the actor that had this value. */
    count: number
    /** Events of the actor that had any value here. */
    of: number
    /** On how many days these were. */
    days: number
    /** First of them; absent when none had it. */
    firstSeen?: string
    /** Last of them. */
    lastSeen?: string
    /** uncommon: at most one in 50 of the actor's events had it, of at least 30 on at least 5 days; unknown: there is less history than that. */
    verdict: 'uncommon' | 'usual' | 'unknown'
  }>
}

export type Histogram = {
  /** Events in all. */
  total: number
  buckets: Array<{
    /** Start of the span. */
    from: string
    /** Events. */
    count: number
    /** Of these with status Failure. */
    failed: number
    /** Of these with severity High or worse. */
    severe: number
  }>
}

export type Hook = {
  /** Where the app delivers to. */
  url: string
  secret: {
    /** The secret of the connection that deliveries are signed with. */
    name: string
    /** What the app calls it. */
    title: string
    /** Where it is found. */
    help?: string
    /** Without it no delivery is taken. Its value cannot be read. */
    isSet: boolean
  }
  /** What the app delivers. */
  about?: string
  /** The vendor’s page about it. */
  docs?: string
}

export type Input = {
  /** Name in `settings` or `secrets`. */
  name: string
  /** Goes into `secrets`: written, never read back. */
  isSecret: boolean
  isOptional: boolean
  /** Label. */
  title: string
  /** Where to find it. */
  help?: string
  /** Kind of field. */
  type: 'text' | 'number' | 'boolean' | 'choice' | 'choices' | 'host'
  options?: Array<{
    value: string
    title: string
  }>
  default?: unknown
  example?: string
  /** What a right value looks like. */
  expects: string
}

export type Invitation = {
  id: string
  email: string
  /** Role. */
  role: 'admin' | 'analyst' | 'viewer' | 'instance_admin'
  /** Until when it can be accepted. */
  expiresAt: string
}

export type Letter = {
  id: string
  /** Recipient. */
  to: string
  subject: string
  /** As it would have been sent, links included. */
  text: string
  /** When it was written. */
  at: string
}

export type Me = {
  user?: {
    id: string
    name: string
    email: string
  }
  key?: {
    id: string
    name: string
  }
  organisation?: {
    id: string
    name: string
    kinds: Array<'vendor' | 'operator' | 'customer'>
  }
  /** Role here. */
  role?: 'admin' | 'analyst' | 'viewer' | 'instance_admin'
  permissions: string[]
  organisations: Array<{
    id: string
    name: string
  }>
}

export type Member = {
  id: string
  userId: string
  name: string
  email: string
  /** Role. */
  role: 'admin' | 'analyst' | 'viewer' | 'instance_admin'
  /** The connections an instance_admin administers. */
  connectionIds?: string[]
  hasTwoFactor: boolean
  /** Since when. */
  joinedAt: string
}

export type Meta = {
  version: string
  isDemo: boolean
  needsSetup: boolean
  demoPeople: Array<{
    id: string
    name: string
    organisation: string
    about: string
  }>
  signIn: {
    password: boolean
    passkey: boolean
    sso: boolean
  }
}

export type NewApiKey = {
  /** Name. */
  name: string
  scopes: string[]
  /** Until when it is accepted. */
  expiresAt?: string
}

export type NewConnection = {
  /** App id. */
  app: string
  /** Name of this instance. */
  name: string
  features: Array<'accounts' | 'activity' | 'posture' | 'respond'>
  /** One of the app’s methods; the first when absent. */
  authMethod?: string
  /** Values of the settings. */
  settings: Record<string, unknown>
  /** Values of the secrets: never read back. */
  secrets?: Record<string, string>
  /** When the credential ends, where you know it. */
  credentialExpiresAt?: string
}

export type NewExport = {
  query: StoredQuery
  /** Format. */
  format: 'ndjson' | 'parquet'
}

export type NewInvitation = {
  email: string
  /** Role. */
  role: 'admin' | 'analyst' | 'viewer' | 'instance_admin'
}

export type NewSavedQuery = {
  /** Name. */
  name: string
  query: StoredQuery
}

export type NewWebhook = {
  /** https address. */
  url: string
  topics: Array<'connection.changed' | 'stream.failed' | 'stream.recovered' | 'stream.silent' | 'export.done'>
}

export type NextStep = {
  connection: Connection
  /** Open `url` and consent, or type the `code`; give the named secrets anew; mend what `fault` says and test again; or nothing. */
  step: 'consent' | 'secrets' | 'failed' | 'done'
  /** The app’s consent page. */
  url?: string
  code?: ConsentCode
  /** Secrets to be given anew. */
  names?: string[]
  fault?: Fault
}

export type OrganisationSettings = {
  retentionDays: number
  quarantineDays: number
}

export type OrganisationSettingsChange = {
  retentionDays?: number
  quarantineDays?: number
}

export type Quarantined = {
  id: string
  stream: string
  key?: string
  code: string
  /** Why it could not become an event. */
  message: string
  /** The record as received; on the single item only. */
  record?: unknown
  /** When it was set aside. */
  createdAt: string
  /** When it became an event after all. */
  replayedAt?: string
}

export type Replay = {
  /** Only these; all when absent. */
  ids?: string[]
}

export type Replayed = {
  /** Records that are events now. */
  replayed: number
  /** Records that stay in quarantine. */
  stillFailing: number
}

export type RoleChange = {
  /** Role. */
  role: 'admin' | 'analyst' | 'viewer' | 'instance_admin'
  /** The connections an instance_admin administers. */
  connectionIds?: string[]
}

export type Run = {
  id: string
  stream: string
  /** Why it ran. */
  reason: 'schedule' | 'first' | 'person' | 'backfill' | 'replay'
  /** How it ended. */
  state: 'running' | 'done' | 'failed' | 'interrupted'
  /** Start. */
  startedAt: string
  /** End. */
  endedAt?: string
  /** Requests sent. */
  requests: number
  /** Bytes received. */
  bytes: number
  /** Pages read. */
  pages: number
  /** Records read. */
  records: number
  /** Events kept. */
  events: number
  /** Records set aside. */
  quarantined: number
  /** Event names that no line names, with how often. */
  unmapped: Record<string, unknown>
  /** Time spent waiting for the app’s limits, milliseconds. */
  waitedMs: number
  notices: Array<Record<string, unknown>>
  fault?: Fault
}

export type Running = {
  runId: string
  /** Since when. */
  startedAt: string
  /** Pages read. */
  pages: number
  /** Records read. */
  records: number
  /** Events kept. */
  events: number
  progress?: number
  /** Estimate, milliseconds. */
  remainingMs?: number
}

export type SavedQuery = {
  id: string
  name: string
  query: StoredQuery
  /** Comes with the platform. */
  isSuggested: boolean
  createdBy?: string
}

export type Setup = {
  /** The one-time token printed on the console. */
  token: string
  name: string
  email: string
  password: string
  organisation: string
}

export type StoredQuery = {
  /** Start, inclusive; 24 hours before `to` when absent. */
  from?: string
  /** End, exclusive; the moment of asking when absent. */
  to?: string
  /** Such as 24h or 7d; instead of from and to. */
  last?: string
  where?: string[]
  text?: string
}

export type Stream = {
  /** Name. */
  name: string
  /** accounts, activity, settings … */
  kind: string
  /** The feature it belongs to. */
  feature: string
  /** blocked: a person must act first. */
  state: 'waiting' | 'running' | 'failed' | 'blocked'
  isEnabled: boolean
  /** How often it is read, milliseconds. */
  everyMs: number
  /** Last attempt. */
  lastRunAt?: string
  /** Last complete run. */
  lastSuccessAt?: string
  /** Next attempt; absent for what the app delivers. */
  nextRunAt?: string
  /** Since when deliveries of the app are taken. Only of a stream that the app delivers instead of being asked; lastSuccessAt is its last delivery. */
  receivedSince?: string
  hook?: Hook
  /** Newest event. */
  lastEventAt?: string
  /** How late the app showed its newest events, milliseconds. */
  providerDelayMs?: number
  /** How much later than planned we asked, milliseconds. */
  lagMs?: number
  /** The last run read everything; absent: not known. */
  isComplete?: boolean
  /** Records read. */
  records: number
  /** Events kept. */
  events: number
  /** Records set aside and not replayed yet. */
  quarantined: number
  /** Events whose name no line of the mapping names. */
  unmapped: number
  quota?: {
    limit?: number
    remaining?: number
    /** When it is full again. */
    resetAt?: string
  }
  /** No event since, longer than usual. */
  silentSince?: string
  fault?: Fault
  running?: Running
}

export type StreamChange = {
  /** Whether it is read. */
  isEnabled?: boolean
}

export type TestResult = {
  ok: boolean
  identity?: string
  fault?: Fault
}

export type Webhook = {
  id: string
  url: string
  topics: Array<'connection.changed' | 'stream.failed' | 'stream.recovered' | 'stream.silent' | 'export.done'>
  isEnabled: boolean
  /** Failures in a row. */
  failures: number
  disabledReason?: string
  /** When it was made. */
  createdAt: string
}

export type Operations = {
  /** What came of a code that a person types into the app */
  askConsentByCode: { input: { params: { id: string }; idempotencyKey?: string }; answer: NextStep }
  /** Begin the consent again */
  authorizeConnection: { input: { params: { id: string }; idempotencyKey?: string }; answer: NextStep }
  /** Read a stream again from a day in the past */
  backfillStream: { input: { params: { id: string; name: string }; body: Backfill; idempotencyKey?: string }; answer: Stream }
  /** Take an invitation back */
  cancelInvitation: { input: { params: { id: string } }; answer: undefined }
  /** Change name, features, settings or secrets in place */
  changeConnection: { input: { params: { id: string }; body: ConnectionChange }; answer: NextStep }
  /** Give a member another role */
  changeRole: { input: { params: { id: string }; body: RoleChange }; answer: Member }
  /** Change how long things are kept */
  changeSettings: { input: { body: OrganisationSettingsChange }; answer: OrganisationSettings }
  /** Switch a stream on or off */
  changeStream: { input: { params: { id: string; name: string }; body: StreamChange }; answer: Stream }
  /** Make an API key */
  createApiKey: { input: { body: NewApiKey; idempotencyKey?: string }; answer: CreatedApiKey }
  /** Connect an app */
  createConnection: { input: { body: NewConnection; idempotencyKey?: string }; answer: NextStep }
  /** Write the events of a query to a file */
  createExport: { input: { body: NewExport; idempotencyKey?: string }; answer: Export }
  /** Have an address told of changes */
  createWebhook: { input: { body: NewWebhook; idempotencyKey?: string }; answer: CreatedWebhook }
  /** Delete the organisation for good */
  deleteOrganisation: { input: { query: { name: string } }; answer: undefined }
  /** Delete a kept query */
  deleteSavedQuery: { input: { params: { id: string } }; answer: undefined }
  /** Tell an address nothing more */
  deleteWebhook: { input: { params: { id: string } }; answer: undefined }
  /** Destroy the credential and keep what was collected */
  disconnectConnection: { input: { params: { id: string }; idempotencyKey?: string }; answer: Disconnected }
  /** The file of an export that is done */
  downloadExport: { input: { params: { id: string } }; answer: Blob }
  /** One of them, with its OCSF event */
  getAccount: { input: { params: { id: string } }; answer: AccountDetail }
  /** One app: features, permissions, hosts and what connecting asks for */
  getApp: { input: { params: { id: string } }; answer: App }
  /** One connection */
  getConnection: { input: { params: { id: string } }; answer: Connection }
  /** One event, whole, with the record as received */
  getEvent: { input: { params: { connection: string; uid: string } }; answer: ActivityDetail }
  /** How usual the event is for whoever did it */
  getEventHabits: { input: { params: { connection: string; uid: string } }; answer: Habits }
  /** The most frequent values of each field */
  getFacets: { input: { query?: { from?: string | undefined; to?: string | undefined; where?: string[] | undefined; text?: string | undefined; fields?: Array<'app' | 'connection' | 'stream' | 'action' | 'class' | 'activity' | 'eventCode' | 'status' | 'severity' | 'actor' | 'actorType' | 'target' | 'ip' | 'country' | 'asn' | 'userAgent' | 'resource' | 'resourceType' | 'session'> | undefined; limit?: number | undefined } }; answer: Facets }
  /** How many events there were over the time asked for */
  getHistogram: { input: { query?: { from?: string | undefined; to?: string | undefined; where?: string[] | undefined; text?: string | undefined; buckets?: number | undefined } }; answer: Histogram }
  /** Who is asking */
  getMe: { input: {}; answer: Me }
  /** What the sign-in page needs to know */
  getMeta: { input: {}; answer: Meta }
  /** One of them, with the record as received */
  getQuarantined: { input: { params: { id: string; itemId: string } }; answer: Quarantined }
  /** How long things are kept */
  getSettings: { input: {}; answer: OrganisationSettings }
  /** Invite somebody by e-mail */
  inviteMember: { input: { body: NewInvitation; idempotencyKey?: string }; answer: Invitation }
  /** Accounts of every app, and the other things apps hold */
  listAccounts: { input: { query?: { limit?: number | undefined; after?: string | undefined; kind?: string | undefined; connection?: string | undefined; search?: string | undefined; status?: string | undefined; admin?: boolean | undefined; mfa?: 'yes' | 'no' | 'unknown' | undefined; deleted?: boolean | undefined } }; answer: Page<Account> }
  /** API keys, never the keys themselves */
  listApiKeys: { input: { query?: { limit?: number | undefined; after?: string | undefined } }; answer: Page<ApiKey> }
  /** The catalog */
  listApps: { input: { query?: { limit?: number | undefined; after?: string | undefined } }; answer: Page<AppSummary> }
  /** Who changed what, newest first */
  listAudit: { input: { query?: { limit?: number | undefined; after?: string | undefined; action?: string | undefined; actor?: string | undefined } }; answer: Page<AuditEntry> }
  /** Connections, with their health */
  listConnections: { input: { query?: { limit?: number | undefined; after?: string | undefined } }; answer: Page<Connection> }
  /** What an address was told, newest first */
  listDeliveries: { input: { params: { id: string }; query?: { limit?: number | undefined; after?: string | undefined } }; answer: Page<Delivery> }
  /** Exports, newest first */
  listExports: { input: { query?: { limit?: number | undefined; after?: string | undefined } }; answer: Page<Export> }
  /** Invitations nobody has accepted yet */
  listInvitations: { input: { query?: { limit?: number | undefined; after?: string | undefined } }; answer: Page<Invitation> }
  /** People of the organisation */
  listMembers: { input: { query?: { limit?: number | undefined; after?: string | undefined } }; answer: Page<Member> }
  /** Letters that no mail server took, for the operator */
  listOutbox: { input: {}; answer: {
    /** No mail server is set: letters are kept here instead of sent. */
    isUsed: boolean
    items: Letter[]
  } }
  /** Records that could not become events, newest first */
  listQuarantine: { input: { params: { id: string }; query?: { limit?: number | undefined; after?: string | undefined } }; answer: Page<Quarantined> }
  /** Runs, newest first */
  listRuns: { input: { params: { id: string }; query?: { limit?: number | undefined; after?: string | undefined; stream?: string | undefined } }; answer: Page<Run> }
  /** Queries the organisation keeps, and those that come with the platform */
  listSavedQueries: { input: { query?: { limit?: number | undefined; after?: string | undefined } }; answer: Page<SavedQuery> }
  /** The streams of a connection, with their health, and where the app delivers to */
  listStreams: { input: { params: { id: string } }; answer: {
    items: Stream[]
  } }
  /** Addresses that are told of changes */
  listWebhooks: { input: { query?: { limit?: number | undefined; after?: string | undefined } }; answer: Page<Webhook> }
  /** Stop reading; nothing is lost that the app keeps */
  pauseConnection: { input: { params: { id: string }; idempotencyKey?: string }; answer: Connection }
  /** Delete a connection with all it collected */
  removeConnection: { input: { params: { id: string } }; answer: undefined }
  /** Remove a member */
  removeMember: { input: { params: { id: string } }; answer: undefined }
  /** Try again to make events of them */
  replayQuarantine: { input: { params: { id: string }; body: Replay; idempotencyKey?: string }; answer: Replayed }
  /** Read again from where it stopped */
  resumeConnection: { input: { params: { id: string }; idempotencyKey?: string }; answer: Connection }
  /** Refuse a key from now on */
  revokeApiKey: { input: { params: { id: string } }; answer: undefined }
  /** Read a stream now */
  runStream: { input: { params: { id: string; name: string }; idempotencyKey?: string }; answer: Stream }
  /** Keep a query for everybody in the organisation */
  saveQuery: { input: { body: NewSavedQuery; idempotencyKey?: string }; answer: SavedQuery }
  /** Events, newest first */
  searchActivity: { input: { query?: { from?: string | undefined; to?: string | undefined; where?: string[] | undefined; text?: string | undefined; limit?: number | undefined; after?: string | undefined } }; answer: Page<ActivityRow> }
  /** Make the first administrator */
  setUp: { input: { body: Setup }; answer: undefined }
  /** Sign in as one of the demo’s people */
  signInDemo: { input: { body: {
    /** One of `demoPeople`. */
    person: string
  } }; answer: undefined }
  /** Act in another of your organisations */
  switchOrganisation: { input: { body: {
    /** One of your organisations. */
    organisationId: string
  }; idempotencyKey?: string }; answer: undefined }
  /** Ask the app whether it accepts the credential */
  testConnection: { input: { params: { id: string }; idempotencyKey?: string }; answer: TestResult }
  /** Send an address a test now */
  testWebhook: { input: { params: { id: string }; idempotencyKey?: string }; answer: Delivery }
  /** Whether an entry was altered or taken out */
  verifyAudit: { input: {}; answer: AuditVerdict }
}

/** Method and address of every operation. */
export const ROUTES = {
  askConsentByCode: ['POST', '/api/v1/connections/{id}/authorize/code'],
  authorizeConnection: ['POST', '/api/v1/connections/{id}/authorize'],
  backfillStream: ['POST', '/api/v1/connections/{id}/streams/{name}/backfill'],
  cancelInvitation: ['DELETE', '/api/v1/invitations/{id}'],
  changeConnection: ['PATCH', '/api/v1/connections/{id}'],
  changeRole: ['PATCH', '/api/v1/members/{id}'],
  changeSettings: ['PATCH', '/api/v1/organisation/settings'],
  changeStream: ['PATCH', '/api/v1/connections/{id}/streams/{name}'],
  createApiKey: ['POST', '/api/v1/api-keys'],
  createConnection: ['POST', '/api/v1/connections'],
  createExport: ['POST', '/api/v1/exports'],
  createWebhook: ['POST', '/api/v1/webhooks'],
  deleteOrganisation: ['DELETE', '/api/v1/organisation'],
  deleteSavedQuery: ['DELETE', '/api/v1/saved-queries/{id}'],
  deleteWebhook: ['DELETE', '/api/v1/webhooks/{id}'],
  disconnectConnection: ['POST', '/api/v1/connections/{id}/disconnect'],
  downloadExport: ['GET', '/api/v1/exports/{id}/file'],
  getAccount: ['GET', '/api/v1/accounts/{id}'],
  getApp: ['GET', '/api/v1/apps/{id}'],
  getConnection: ['GET', '/api/v1/connections/{id}'],
  getEvent: ['GET', '/api/v1/activity/{connection}/{uid}'],
  getEventHabits: ['GET', '/api/v1/activity/{connection}/{uid}/habits'],
  getFacets: ['GET', '/api/v1/activity/facets'],
  getHistogram: ['GET', '/api/v1/activity/histogram'],
  getMe: ['GET', '/api/v1/me'],
  getMeta: ['GET', '/api/v1/meta'],
  getQuarantined: ['GET', '/api/v1/connections/{id}/quarantine/{itemId}'],
  getSettings: ['GET', '/api/v1/organisation/settings'],
  inviteMember: ['POST', '/api/v1/invitations'],
  listAccounts: ['GET', '/api/v1/accounts'],
  listApiKeys: ['GET', '/api/v1/api-keys'],
  listApps: ['GET', '/api/v1/apps'],
  listAudit: ['GET', '/api/v1/audit'],
  listConnections: ['GET', '/api/v1/connections'],
  listDeliveries: ['GET', '/api/v1/webhooks/{id}/deliveries'],
  listExports: ['GET', '/api/v1/exports'],
  listInvitations: ['GET', '/api/v1/invitations'],
  listMembers: ['GET', '/api/v1/members'],
  listOutbox: ['GET', '/api/v1/outbox'],
  listQuarantine: ['GET', '/api/v1/connections/{id}/quarantine'],
  listRuns: ['GET', '/api/v1/connections/{id}/runs'],
  listSavedQueries: ['GET', '/api/v1/saved-queries'],
  listStreams: ['GET', '/api/v1/connections/{id}/streams'],
  listWebhooks: ['GET', '/api/v1/webhooks'],
  pauseConnection: ['POST', '/api/v1/connections/{id}/pause'],
  removeConnection: ['DELETE', '/api/v1/connections/{id}'],
  removeMember: ['DELETE', '/api/v1/members/{id}'],
  replayQuarantine: ['POST', '/api/v1/connections/{id}/quarantine/replay'],
  resumeConnection: ['POST', '/api/v1/connections/{id}/resume'],
  revokeApiKey: ['DELETE', '/api/v1/api-keys/{id}'],
  runStream: ['POST', '/api/v1/connections/{id}/streams/{name}/run'],
  saveQuery: ['POST', '/api/v1/saved-queries'],
  searchActivity: ['GET', '/api/v1/activity'],
  setUp: ['POST', '/api/v1/setup'],
  signInDemo: ['POST', '/api/v1/demo/sign-in'],
  switchOrganisation: ['POST', '/api/v1/organisation/switch'],
  testConnection: ['POST', '/api/v1/connections/{id}/test'],
  testWebhook: ['POST', '/api/v1/webhooks/{id}/test'],
  verifyAudit: ['GET', '/api/v1/audit/verify'],
} as const satisfies Record<keyof Operations, readonly [method: string, path: string]>

/** What `/api/v1/events` tells, by the event's name. */
export type LiveEvents = {
  stream: { connectionId: string; stream: Stream }
  connection: { connection: Connection }
  export: { export: Export }
}
/** For `EventSource`. */
export const EVENTS = '/api/v1/events'

export type InputOf<K extends keyof Operations> = Operations[K]['input']
export type AnswerOf<K extends keyof Operations> = Operations[K]['answer']
/** Nothing need be given where an operation needs nothing. */
type Given<K extends keyof Operations> = {} extends InputOf<K> ? [input?: InputOf<K>, signal?: AbortSignal] : [input: InputOf<K>, signal?: AbortSignal]

/** An answer that is not a success, with the error as the API describes it. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly error: ErrorAnswer['error']
  /** When to try again, where the API says so. */
  readonly retryAfterMs: number | undefined

  constructor(status: number, error: ErrorAnswer['error'], retryAfterMs?: number) {
    super(error.message)
    this.status = status
    this.error = error
    this.retryAfterMs = retryAfterMs
  }
}

export type Call = <K extends keyof Operations>(operation: K, ...given: Given<K>) => Promise<AnswerOf<K>>

export type ClientOptions = {
  /** Where the platform is; the page's own origin when absent. */
  readonly base?: string
  /** An API key; without one the browser's session counts. */
  readonly key?: string
  readonly fetch?: typeof fetch
}

/**
 * Opens a client: `const call = openClient()`, then `await call('listConnections', { query: { limit: 10 } })`.
 *
 * @throws {ApiError} from every call that is answered with an error.
 */
export function openClient({ base = '', key, fetch: send = fetch }: ClientOptions = {}): Call {
  return async <K extends keyof Operations>(operation: K, ...[input, signal]: Given<K>): Promise<AnswerOf<K>> => {
    const [method, path] = ROUTES[operation]
    const { params, query, body, idempotencyKey }: Parts = input ?? {}
    const answer = await send(`${base}${addressOf(path, params, query)}`, {
      method,
      credentials: 'same-origin',
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    })
    if (!answer.ok) throw await errorOf(answer)
    return (await contentOf(answer)) as AnswerOf<K>
  }
}

/** The address of an operation, for links and downloads. */
export function addressOf(path: string, params: Parts['params'] = {}, query: Parts['query'] = {}): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(params[name] ?? '')))
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query))
    for (const item of Array.isArray(value) ? value : [value]) if (item !== undefined) search.append(name, String(item))
  return search.size === 0 ? filled : `${filled}?${search}`
}

type Parts = {
  readonly params?: Readonly<Record<string, unknown>>
  readonly query?: Readonly<Record<string, unknown>>
  readonly body?: unknown
  readonly idempotencyKey?: string
}

async function contentOf(answer: Response): Promise<unknown> {
  if (answer.status === 204) return undefined
  return answer.headers.get('content-type')?.startsWith('application/json') ? answer.json() : answer.blob()
}

async function errorOf(answer: Response): Promise<ApiError> {
  const seconds = Number(answer.headers.get('retry-after') ?? Number.NaN)
  const retryAfterMs = Number.isFinite(seconds) ? seconds * 1000 : undefined
  const body: unknown = await answer.json().catch(() => undefined)
  const error = isErrorAnswer(body) ? body.error : UNREADABLE
  return new ApiError(answer.status, error, retryAfterMs)
}

const isErrorAnswer = (body: unknown): body is ErrorAnswer =>
  typeof body === 'object' && body !== null && 'error' in body

const UNREADABLE = { code: 'PLATFORM_FAILED', message: 'The answer could not be read.', requestId: '' }
