-- These attempts failed because the database was away.
DELETE FROM digest_attempts WHERE id = ANY (%(ids)s);
