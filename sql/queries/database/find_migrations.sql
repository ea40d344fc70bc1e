-- Whether any migration ever ran here; must work on an empty database.
SELECT to_regclass('public.schema_migrations') AS found;
