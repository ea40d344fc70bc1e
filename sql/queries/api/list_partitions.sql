-- The weeks of the ledger: what each takes on disk, and how many rows the last ANALYZE found.
SELECT child.relname AS name,
       to_timestamp(substring(child.relname FROM '\d{8}$'), 'YYYYMMDD') AS week,
       pg_total_relation_size(child.oid) AS bytes,
       pg_relation_size(child.oid) AS heap_bytes,
       CASE WHEN child.reltuples >= 0 THEN child.reltuples::bigint END AS rows
FROM pg_inherits
JOIN pg_class AS child ON child.oid = pg_inherits.inhrelid
WHERE pg_inherits.inhparent = 'public.envelopes'::regclass
ORDER BY week NULLS LAST;
