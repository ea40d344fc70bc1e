-- The login was right, so it was no failure after all; and where somebody logged in, they are known for a while.
UPDATE login_failures
SET failures = CASE WHEN subject = %(pair)s THEN 0 ELSE greatest(failures - 1, 0) END,
    last_login_at = CASE WHEN subject = %(pair)s THEN now() ELSE last_login_at END,
    forget_at = CASE WHEN subject = %(pair)s THEN now() + %(remembered)s::interval ELSE forget_at END
WHERE subject IN (
    SELECT subject FROM login_failures
    WHERE subject = ANY (%(subjects)s::bytea[]) ORDER BY subject FOR UPDATE);
