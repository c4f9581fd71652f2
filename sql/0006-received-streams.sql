-- Streams that the app delivers: their row is there from connecting on, and no worker reads them.

-- Since when deliveries are waited for, or taken; null for a stream that is read.
alter table stream add column received_since timestamptz;
