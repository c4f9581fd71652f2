-- Organisations that are deleted while something of them is still to be erased. Once its row is here no transaction is opened for the
-- organisation but by what erases it; the row goes last. Ids only, and not behind row-level security: every transaction asks it.
create table organisation_deletion (
  id text primary key,
  asked_by text not null,
  asked_at timestamptz not null,
  -- The first pass ended; another follows when nothing can be under way any more that began before.
  erased_at timestamptz
);
