-- The tables of a schema.
SELECT tablename AS name FROM pg_tables WHERE schemaname = %(schema)s ORDER BY 1;
