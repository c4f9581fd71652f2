-- What a person agreed to when the app was connected, and exchanges of tokens under way.

alter table connection
  add column secret_names text[] not null default '{}',
  -- App, auth method, hosts, endpoints, scopes: what a new version of the connector is compared with.
  add column access jsonb;

-- Written before a token is exchanged, gone when the answer is stored: what is left says that a worker died in between.
create table refresh_attempt (
  connection_id text primary key references connection (id) on delete cascade,
  organisation_id text not null,
  -- The grant that was to be replaced.
  generation bigint not null,
  attempts integer not null,
  started_at timestamptz not null,
  -- The app's final no to this grant.
  fault jsonb
);
alter table refresh_attempt enable row level security;
alter table refresh_attempt force row level security;
create policy scope on refresh_attempt using (within_scope(organisation_id)) with check (within_scope(organisation_id));
