-- Whether there is a schema of a name.
SELECT nspname FROM pg_namespace WHERE nspname = %(name)s;
