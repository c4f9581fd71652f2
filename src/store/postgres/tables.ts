import type { ColumnType, JSONColumnType } from 'kysely'

/** The tables of `sql/`, as Kysely sees them. Times come back as `Date`; bigint columns come back as `number` (see open.ts). */
export type Tables = {
  data_key: DataKeyTable
  organisation_setting: OrganisationSettingTable
  connection: ConnectionTable
  stream: StreamTable
  run: RunTable
  quarantine: QuarantineTable
  inventory: InventoryTable
  refresh_attempt: RefreshAttemptTable
  consent: ConsentTable
  api_key: ApiKeyTable
  audit_entry: AuditEntryTable
  saved_query: SavedQueryTable
  export: ExportTable
  webhook_endpoint: WebhookEndpointTable
  webhook_delivery: WebhookDeliveryTable
  idempotency: IdempotencyTable
  outbox: OutboxTable
}

type Time = ColumnType<Date, Date | string, Date | string>
type Now = ColumnType<Date, Date | string | undefined, Date | string>
type Json<T extends object> = JSONColumnType<T, string, string>
type JsonOr<T extends object> = ColumnType<T | null, string | null | undefined, string | null>
type Defaulted<T> = ColumnType<T, T | undefined, T>
type Maybe<T> = ColumnType<T | null, T | null | undefined, T | null>
type Plain = Readonly<Record<string, unknown>>

/** A failure as kept and shown: code, message, who must act, what to do. */
export type StoredFault = {
  readonly code: string
  readonly message: string
  readonly blame: string
  readonly help: string
  readonly at: string
}

export type ConnectionStatus = 'connecting' | 'active' | 'paused' | 'needs_reauth' | 'disconnected'
export type StreamState = 'waiting' | 'running' | 'failed' | 'blocked'
export type RunState = 'running' | 'done' | 'failed' | 'interrupted'
export type RunReason = 'schedule' | 'first' | 'person' | 'backfill' | 'replay'

type DataKeyTable = {
  organisation_id: string
  version: number
  root_key_id: string
  wrapped: Buffer
  created_at: Now
}
type OrganisationSettingTable = {
  organisation_id: string
  retention_days: Defaulted<number>
  quarantine_days: Defaulted<number>
}
export type ConnectionTable = {
  id: string
  organisation_id: string
  app_id: string
  connector_digest: string
  name: string
  status: ConnectionStatus
  auth_method: string | null
  features: string[]
  scopes_requested: Defaulted<string[]>
  scopes_granted: Maybe<string[]>
  settings: Json<Plain>
  secrets: Maybe<Buffer>
  secret_names: Defaulted<string[]>
  access: JsonOr<object>
  grant_sealed: Maybe<Buffer>
  grant_generation: Defaulted<number>
  grant_expires_at: Maybe<Date>
  credential_expires_at: Maybe<Date>
  identity: Maybe<string>
  fault: JsonOr<StoredFault>
  created_by: string
  created_at: Now
  updated_at: Now
}
export type StreamTable = {
  organisation_id: string
  connection_id: string
  name: string
  kind: string
  feature: string
  every_ms: number
  is_enabled: Defaulted<boolean>
  position: JsonOr<object>
  generation: Defaulted<number>
  lease_owner: Maybe<string>
  lease_until: Maybe<Date>
  next_run_at: Now
  state: Defaulted<StreamState>
  backfill_from: Maybe<Date>
  last_run_at: Maybe<Date>
  last_success_at: Maybe<Date>
  last_event_at: Maybe<Date>
  provider_delay_ms: Maybe<number>
  lag_ms: Maybe<number>
  is_complete: Maybe<boolean>
  events_total: Defaulted<number>
  records_total: Defaulted<number>
  quarantined_total: Defaulted<number>
  unmapped_total: Defaulted<number>
  quota: JsonOr<{ limit?: number; remaining?: number; resetAt?: string }>
  failures: Defaulted<number>
  fault: JsonOr<StoredFault>
  silence_after_ms: Maybe<number>
  silent_since: Maybe<Date>
  received_since: Maybe<Date>
}
export type RunTable = {
  id: string
  organisation_id: string
  connection_id: string
  stream: string
  worker: string
  reason: RunReason
  state: RunState
  started_at: Now
  ended_at: Maybe<Date>
  requests: Defaulted<number>
  bytes: Defaulted<number>
  pages: Defaulted<number>
  records: Defaulted<number>
  events: Defaulted<number>
  quarantined: Defaulted<number>
  unmapped: ColumnType<Readonly<Record<string, number>>, string | undefined, string>
  waited_ms: Defaulted<number>
  span: JsonOr<{ fromMs?: number; toMs?: number; atMs?: number }>
  notices: ColumnType<readonly Plain[], string | undefined, string>
  fault: JsonOr<StoredFault>
}
export type QuarantineTable = {
  id: string
  organisation_id: string
  connection_id: string
  stream: string
  run_id: string
  key: string | null
  record_hash: Buffer
  record: Buffer
  code: string
  message: string
  connector_digest: string
  created_at: Now
  replayed_at: Maybe<Date>
}
export type InventoryTable = {
  organisation_id: string
  connection_id: string
  stream: string
  key: string
  kind: string
  uid: string | null
  name: string | null
  email: string | null
  status: string | null
  type: string | null
  is_admin: boolean | null
  has_mfa: boolean | null
  last_login_at: Date | null
  event: Json<Plain>
  first_seen_at: Now
  last_seen_at: Now
  last_run_id: string
  deleted_at: Maybe<Date>
}
type RefreshAttemptTable = {
  connection_id: string
  organisation_id: string
  generation: number
  attempts: number
  started_at: Time
  fault: JsonOr<StoredFault>
}
type ConsentTable = {
  state_hash: Buffer
  organisation_id: string
  connection_id: string
  user_id: string
  session_hash: Buffer
  sealed: Buffer
  created_at: Now
  expires_at: Time
  /** Of a consent by code. */
  next_ask_at: Maybe<Date>
  interval_ms: Maybe<number>
}
type ApiKeyTable = {
  id: string
  organisation_id: string
  name: string
  prefix: string
  hash: Buffer
  scopes: string[]
  created_by: string
  created_at: Now
  expires_at: Maybe<Date>
  last_used_at: Maybe<Date>
  revoked_at: Maybe<Date>
}
type AuditEntryTable = {
  organisation_id: string
  number: number
  at: Now
  actor: Json<Plain>
  action: string
  target: Json<Plain>
  detail: ColumnType<Plain, string | undefined, string>
  previous_hash: Buffer
  hash: Buffer
}
type SavedQueryTable = {
  id: string
  organisation_id: string
  name: string
  query: Json<Plain>
  created_by: string
  created_at: Now
}
type ExportTable = {
  id: string
  organisation_id: string
  query: Json<Plain>
  format: 'ndjson' | 'parquet'
  state: 'waiting' | 'running' | 'done' | 'failed'
  events: Defaulted<number>
  events_expected: Maybe<number>
  bytes: Defaulted<number>
  file: Maybe<string>
  fault: JsonOr<StoredFault>
  created_by: string
  created_at: Now
  ended_at: Maybe<Date>
  expires_at: Time
}
type WebhookEndpointTable = {
  id: string
  organisation_id: string
  url: string
  secret: Buffer
  topics: string[]
  is_enabled: Defaulted<boolean>
  failures: Defaulted<number>
  disabled_reason: Maybe<string>
  created_by: string
  created_at: Now
}
type WebhookDeliveryTable = {
  id: string
  organisation_id: string
  endpoint_id: string
  topic: string
  body: Json<Plain>
  state: 'waiting' | 'delivered' | 'failed'
  attempts: Defaulted<number>
  status: Maybe<number>
  fault: JsonOr<StoredFault>
  created_at: Now
  delivered_at: Maybe<Date>
}
type IdempotencyTable = {
  organisation_id: string
  key: string
  request_hash: Buffer
  status: Maybe<number>
  body: JsonOr<object>
  created_at: Now
}
type OutboxTable = {
  id: string
  recipient: string
  subject: string
  body: string
  created_at: Now
  sent_at: Maybe<Date>
}
