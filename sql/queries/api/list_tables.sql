-- Every other table with its indexes, the largest first, and how many rows the last ANALYZE found.
SELECT relname AS name, pg_total_relation_size(oid) AS bytes,
       CASE WHEN reltuples >= 0 THEN reltuples::bigint END AS rows,
       pg_database_size(current_database()) AS database_bytes
FROM pg_class
WHERE relkind = 'r' AND NOT relispartition AND relnamespace::regnamespace::text = ANY (current_schemas(false))
ORDER BY bytes DESC, name;
