-- Indexes that only readers need, of tables where they cost a fold the most.
SELECT pg_class.relname AS name
FROM pg_index
JOIN pg_class ON pg_class.oid = indexrelid
JOIN pg_class AS owner ON owner.oid = indrelid
JOIN pg_namespace ON pg_namespace.oid = pg_class.relnamespace
WHERE NOT indisunique AND nspname = %(schema)s
  AND owner.relname IN ('events', 'issue_tags', 'tag_values', 'spans', 'logs', 'attachments', 'client_reports', 'item_outcomes');
