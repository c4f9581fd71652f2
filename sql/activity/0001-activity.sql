-- What happened, for all organisations. Forward only: never edit a migration that has landed. docs/adr/0009-activity-store.md says why it
-- is shaped like this. Every table must be durable on INSERT: the start-up check refuses one without the two fsync settings.

create table if not exists activity (
  organisation LowCardinality(String),
  time DateTime64(3, 'UTC') codec(Delta, ZSTD(1)),
  uid String codec(ZSTD(1)),
  connection LowCardinality(String),
  -- The append that brought the row: a row shows once its batch is closed.
  batch UInt64 codec(ZSTD(1)),
  -- Identity of the event, for sets of rows; the same formula as eventKey().
  key UInt64 materialized reinterpretAsUInt64(substring(SHA1(concat(connection, '\0', uid)), 1, 8)),
  -- Tells a repeated event from a changed one.
  content UInt64,
  ingested DateTime64(3, 'UTC') codec(Delta, ZSTD(1)),
  app LowCardinality(String),
  stream LowCardinality(String),
  action LowCardinality(String),
  class_uid UInt32,
  class_name LowCardinality(String),
  activity_name LowCardinality(String),
  event_code LowCardinality(String),
  message String codec(ZSTD(1)),
  status LowCardinality(String),
  severity_id UInt8,
  severity LowCardinality(String),
  actor_uid LowCardinality(String),
  actor_name LowCardinality(String),
  actor_email LowCardinality(String),
  actor_type LowCardinality(String),
  target_uid LowCardinality(String),
  target_name LowCardinality(String),
  target_email LowCardinality(String),
  ip LowCardinality(String),
  country LowCardinality(String),
  asn LowCardinality(String),
  user_agent LowCardinality(String),
  session String codec(ZSTD(1)),
  resource_type LowCardinality(String),
  resource_name LowCardinality(String),
  resource_uid LowCardinality(String),
  terms Array(String) codec(ZSTD(1)),
  event String codec(ZSTD(3)),
  raw String codec(ZSTD(3)),
  index terms_index terms type text(tokenizer = 'array')
) engine = MergeTree
partition by toYYYYMM(time)
primary key (organisation, time)
order by (organisation, time, uid, connection)
settings index_granularity = 2048, fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 1000;

-- Who is there already: asked before and after each INSERT, filled by the engine within it.
create table if not exists activity_key (
  organisation LowCardinality(String),
  key UInt64,
  connection LowCardinality(String),
  uid String codec(ZSTD(1)),
  batch UInt64 codec(ZSTD(1)),
  content UInt64,
  time DateTime64(3, 'UTC') codec(ZSTD(1))
) engine = MergeTree
order by (organisation, key)
settings index_granularity = 256, fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 1000;

create materialized view if not exists activity_to_key to activity_key
as select organisation, key, connection, uid, batch, content, time from activity;

-- Appends under way, or dead: +1 when one begins, -1 when its rows are to be shown. Pairs vanish.
create table if not exists activity_batch (
  organisation LowCardinality(String),
  batch UInt64,
  sign Int8
) engine = CollapsingMergeTree(sign)
order by (organisation, batch)
settings fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 1000;

-- For a uid that came with different contents: whose row is shown. The latest entry of a closed batch counts.
create table if not exists activity_winner (
  organisation LowCardinality(String),
  key UInt64,
  batch UInt64,
  at DateTime64(9, 'UTC') default now64(9)
) engine = MergeTree
order by (organisation, key, at)
settings fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 1000;
