-- People's rights beyond sign-in, which keeps its own tables in the schema `identity`.

-- Where each organisation's trail ends. Its row is the lock that writers of one trail queue at, and shows when the newest entries were cut off.
create table audit_head (
  organisation_id text primary key,
  number bigint not null,
  hash bytea not null
);

-- Members who administer this connection, whatever their role is otherwise.
create table instance_admin (
  organisation_id text not null,
  user_id text not null,
  connection_id text not null,
  granted_by text not null,
  granted_at timestamptz not null default now(),
  primary key (organisation_id, user_id, connection_id),
  foreign key (organisation_id, connection_id) references connection (organisation_id, id) on delete cascade
);

-- One row: the token that makes the first administrator. Once used it is closed for ever, whoever is deleted afterwards.
create table first_run (
  is_only boolean primary key default true check (is_only),
  token_hash bytea not null,
  printed_at timestamptz not null default now(),
  used_at timestamptz,
  used_by text
);

do $$
declare name text;
begin
  foreach name in array array['audit_head', 'instance_admin'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy scope on %I using (within_scope(organisation_id)) with check (within_scope(organisation_id))', name);
  end loop;
end $$;
