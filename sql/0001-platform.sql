-- Control data of the platform. Every table with organisation_id is behind row-level security: a transaction sees the rows of the
-- organisation it was opened for (fairlead.organisation), or everything when it was opened by the platform itself (fairlead.system).
-- Forward only: never edit a migration that has landed. Runs on PostgreSQL 15 and newer.

create function within_scope(organisation text) returns boolean
  language sql stable parallel safe
  as $$ select organisation = current_setting('fairlead.organisation', true) or current_setting('fairlead.system', true) = 'on' $$;

-- Keys of one organisation: the data key, wrapped by the root key named root_key_id. The newest version seals; all open.
create table data_key (
  organisation_id text not null,
  version integer not null,
  root_key_id text not null,
  wrapped bytea not null,
  created_at timestamptz not null default now(),
  primary key (organisation_id, version)
);

create table organisation_setting (
  organisation_id text primary key,
  retention_days integer not null default 180 check (retention_days between 1 and 3650),
  quarantine_days integer not null default 30 check (quarantine_days between 1 and 365)
);

-- One customer's link to one app.
create table connection (
  id text primary key,
  organisation_id text not null,
  app_id text not null,
  connector_digest text not null,
  name text not null check (length(name) between 1 and 200),
  -- connecting: consent outstanding; active; paused: by a person; needs_reauth: the app refused the credential; disconnected: credential destroyed, data kept.
  status text not null check (status in ('connecting', 'active', 'paused', 'needs_reauth', 'disconnected')),
  auth_method text,
  features text[] not null,
  scopes_requested text[] not null default '{}',
  scopes_granted text[],
  settings jsonb not null default '{}',
  -- Sealed JSON {name: value} of the secrets the customer gave. Bound to organisation, connection, purpose and host set.
  secrets bytea,
  -- Sealed grant (access token, refresh token, kept values); generation counts exchanges. Read and written under a row lock.
  grant_sealed bytea,
  grant_generation bigint not null default 0,
  grant_expires_at timestamptz,
  -- When a credential ends for good where the customer knows it (an API key's expiry); warned of in advance.
  credential_expires_at timestamptz,
  -- What the connection check said of whom we are in the app.
  identity text,
  fault jsonb,
  created_by text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (organisation_id, id)
);
create index on connection (organisation_id, app_id);

-- One stream of one connection: schedule, lease, position and health in one row.
create table stream (
  organisation_id text not null,
  connection_id text not null references connection (id) on delete cascade,
  name text not null,
  kind text not null,
  feature text not null,
  every_ms bigint not null check (every_ms >= 1000),
  is_enabled boolean not null default true,
  position jsonb,
  -- Fences writers: a worker that lost its lease has an old generation, and its commit changes no row.
  generation bigint not null default 0,
  lease_owner text,
  lease_until timestamptz,
  next_run_at timestamptz not null default now(),
  -- waiting, running, failed (next_run_at says when it is tried again), blocked (a person must act first).
  state text not null default 'waiting' check (state in ('waiting', 'running', 'failed', 'blocked')),
  -- Asked for by a person: begin here instead of at the position, once.
  backfill_from timestamptz,
  last_run_at timestamptz,
  last_success_at timestamptz,
  last_event_at timestamptz,
  -- How late the app showed the newest events of the last run, and how late we asked, milliseconds.
  provider_delay_ms bigint,
  lag_ms bigint,
  -- The last run reached the end of the list without an unknown or a gap.
  is_complete boolean,
  events_total bigint not null default 0,
  records_total bigint not null default 0,
  quarantined_total bigint not null default 0,
  unmapped_total bigint not null default 0,
  -- What the app says is left of its allowance: {limit, remaining, resetAt}.
  quota jsonb,
  failures integer not null default 0,
  fault jsonb,
  -- Silence: no event for this long is an alert; learned from the stream's own rhythm, or set by a person.
  silence_after_ms bigint,
  silent_since timestamptz,
  primary key (connection_id, name)
);
create index on stream (organisation_id);
create index on stream (next_run_at) where is_enabled;

create table run (
  id text primary key,
  organisation_id text not null,
  connection_id text not null references connection (id) on delete cascade,
  stream text not null,
  worker text not null,
  reason text not null check (reason in ('schedule', 'first', 'person', 'backfill', 'replay')),
  state text not null check (state in ('running', 'done', 'failed', 'interrupted')),
  started_at timestamptz not null default now(),
  ended_at timestamptz,
  requests integer not null default 0,
  bytes bigint not null default 0,
  pages integer not null default 0,
  records bigint not null default 0,
  events bigint not null default 0,
  quarantined bigint not null default 0,
  unmapped jsonb not null default '{}',
  waited_ms bigint not null default 0,
  -- Where reading stands in the span it works on, Unix ms: {fromMs, toMs, atMs}; what progress and the estimate are drawn from.
  span jsonb,
  notices jsonb not null default '[]',
  fault jsonb
);
create index on run (organisation_id, connection_id, stream, started_at desc);

-- Records that could not become events: sealed, with the reason, until replayed or aged out.
create table quarantine (
  id text primary key,
  organisation_id text not null,
  connection_id text not null references connection (id) on delete cascade,
  stream text not null,
  run_id text not null,
  key text,
  -- SHA-256 of the record: a repeated window does not set it aside twice.
  record_hash bytea not null,
  record bytea not null,
  code text not null,
  message text not null,
  connector_digest text not null,
  created_at timestamptz not null default now(),
  replayed_at timestamptz,
  unique (connection_id, stream, record_hash)
);
create index on quarantine (organisation_id, connection_id, created_at desc);

-- What an app holds: the newest reading of every account, group, role, token, resource and setting.
create table inventory (
  organisation_id text not null,
  connection_id text not null references connection (id) on delete cascade,
  stream text not null,
  key text not null,
  kind text not null,
  uid text,
  name text,
  email text,
  status text,
  type text,
  is_admin boolean,
  has_mfa boolean,
  last_login_at timestamptz,
  -- The OCSF inventory event of this reading.
  event jsonb not null,
  first_seen_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  -- The run that saw it last: what a provably complete run did not see is deleted.
  last_run_id text not null,
  deleted_at timestamptz,
  primary key (connection_id, stream, key)
);
create index on inventory (organisation_id, kind, email);
create index on inventory (organisation_id, kind, name);

-- A consent under way. Only the hash of the state is kept; the PKCE verifier is sealed; bound to the session that began it.
create table consent (
  state_hash bytea primary key,
  organisation_id text not null,
  connection_id text not null references connection (id) on delete cascade,
  user_id text not null,
  session_hash bytea not null,
  sealed bytea not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);

create table api_key (
  id text primary key,
  organisation_id text not null,
  name text not null check (length(name) between 1 and 100),
  prefix text not null,
  hash bytea not null unique,
  scopes text[] not null,
  created_by text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz
);
create index on api_key (organisation_id);

-- The trail of every change: append-only, each entry holds the hash of the one before it in its organisation.
create table audit_entry (
  organisation_id text not null,
  number bigint not null,
  at timestamptz not null default now(),
  actor jsonb not null,
  action text not null,
  target jsonb not null,
  detail jsonb not null default '{}',
  previous_hash bytea not null,
  hash bytea not null,
  primary key (organisation_id, number)
);
create function refuse_change() returns trigger language plpgsql
  as $$ begin raise exception 'the audit trail is append-only'; end $$;
create trigger audit_entry_append_only before update or delete on audit_entry
  for each row when (current_setting('fairlead.erasing', true) is distinct from 'on') execute function refuse_change();

create table saved_query (
  id text primary key,
  organisation_id text not null,
  name text not null check (length(name) between 1 and 100),
  query jsonb not null,
  created_by text not null,
  created_at timestamptz not null default now()
);
create index on saved_query (organisation_id);

create table export (
  id text primary key,
  organisation_id text not null,
  query jsonb not null,
  format text not null check (format in ('ndjson', 'parquet')),
  state text not null check (state in ('waiting', 'running', 'done', 'failed')),
  events bigint not null default 0,
  events_expected bigint,
  bytes bigint not null default 0,
  file text,
  fault jsonb,
  created_by text not null,
  created_at timestamptz not null default now(),
  ended_at timestamptz,
  expires_at timestamptz not null
);
create index on export (organisation_id, created_at desc);

create table webhook_endpoint (
  id text primary key,
  organisation_id text not null,
  url text not null,
  secret bytea not null,
  topics text[] not null,
  is_enabled boolean not null default true,
  failures integer not null default 0,
  disabled_reason text,
  created_by text not null,
  created_at timestamptz not null default now()
);
create table webhook_delivery (
  id text primary key,
  organisation_id text not null,
  endpoint_id text not null references webhook_endpoint (id) on delete cascade,
  topic text not null,
  body jsonb not null,
  state text not null check (state in ('waiting', 'delivered', 'failed')),
  attempts integer not null default 0,
  status integer,
  fault jsonb,
  created_at timestamptz not null default now(),
  delivered_at timestamptz
);
create index on webhook_delivery (organisation_id, endpoint_id, created_at desc);

-- What was answered to a request that carried an Idempotency-Key, so that its repetition is answered alike.
create table idempotency (
  organisation_id text not null,
  key text not null,
  request_hash bytea not null,
  status integer,
  body jsonb,
  created_at timestamptz not null default now(),
  primary key (organisation_id, key)
);

-- Mail that has no server to go to is shown to the operator instead.
create table outbox (
  id text primary key,
  recipient text not null,
  subject text not null,
  body text not null,
  created_at timestamptz not null default now(),
  sent_at timestamptz
);

do $$
declare name text;
begin
  for name in
    select c.table_name from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
    where c.column_name = 'organisation_id' and c.table_schema = current_schema() and t.table_type = 'BASE TABLE'
  loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy scope on %I using (within_scope(organisation_id)) with check (within_scope(organisation_id))', name);
  end loop;
end $$;
