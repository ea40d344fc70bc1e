-- What failed before, by subject; rows are made and locked in one order, so that logins wait for each other and
-- never for good. The age is in seconds.
INSERT INTO login_failures (subject)
SELECT subject FROM unnest(%(subjects)s::bytea[]) AS subject ORDER BY subject
ON CONFLICT (subject) DO UPDATE SET subject = excluded.subject
RETURNING subject, failures, extract(epoch FROM clock_timestamp() - last_failed_at)::float8 AS age,
    coalesce(last_login_at > now() - %(remembered)s::interval, false) AS is_known;
