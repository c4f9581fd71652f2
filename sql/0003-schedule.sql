-- Runs are found by their connection, newest first, without naming the organisation: PostgreSQL before 18 reads all of an index for that.

drop index run_organisation_id_connection_id_stream_started_at_idx;
create index on run (connection_id, id);
-- Runs whose worker died; there are few.
create index on run (connection_id, stream) where state = 'running';
create index on run (ended_at);
