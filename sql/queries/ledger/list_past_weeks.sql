-- Weeks of the ledger that are over and hold nothing that waits to be digested.
SELECT name, week, bytes
FROM (
    SELECT child.relname AS name,
           to_timestamp(substring(child.relname FROM '\d{8}$'), 'YYYYMMDD') AS week,
           pg_total_relation_size(child.oid) AS bytes
    FROM pg_inherits
    JOIN pg_class AS child ON child.oid = pg_inherits.inhrelid
    WHERE pg_inherits.inhparent = 'public.envelopes'::regclass AND child.relname ~ '^envelopes_\d{8}$'
) AS weeks
WHERE week + interval '7 days' <= now()
  AND NOT EXISTS (
      SELECT FROM inbox WHERE inbox.received_at >= week AND inbox.received_at < week + interval '7 days')
ORDER BY week;
