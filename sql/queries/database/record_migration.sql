-- Remember a migration; in the transaction that applies it.
INSERT INTO public.schema_migrations (name, checksum) VALUES (%(name)s, %(checksum)s);
