-- Every applied migration.
SELECT name, checksum FROM public.schema_migrations;
