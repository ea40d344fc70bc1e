-- Every table that has rows of projects, but the ledger: its bytes are searched apart.
SELECT pg_namespace.nspname AS schema, pg_class.relname AS name
FROM pg_class
JOIN pg_namespace ON pg_namespace.oid = relnamespace
JOIN pg_attribute ON attrelid = pg_class.oid AND attname = 'project_id'
WHERE relkind IN ('r', 'p') AND NOT relispartition AND nspname IN ('public', 'projection_1')
  AND relname <> 'envelopes'
ORDER BY 1, 2;
