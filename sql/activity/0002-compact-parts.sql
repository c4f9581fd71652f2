-- A part of one file needs a few fsyncs, one of a file per column 150: appends write the former, merges make the latter of them.
alter table activity modify setting min_bytes_for_wide_part = 134217728;
