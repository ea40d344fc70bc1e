-- The counts after one more failure.
UPDATE login_failures
SET failures = counted.failures, last_failed_at = clock_timestamp(),
    forget_at = greatest(forget_at, now() + interval '1 day')
FROM unnest(%(subjects)s::bytea[], %(failures)s::integer[]) AS counted (subject, failures)
WHERE login_failures.subject = counted.subject;
