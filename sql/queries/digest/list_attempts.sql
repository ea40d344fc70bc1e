-- Attempts left behind; a handful at most. Those under way hold a lock of their own: asking their rows, which
-- are locked, would cost a look at the whole inbox.
SELECT id, positions, tries
FROM digest_attempts
WHERE pg_try_advisory_xact_lock_shared(5, mod(id, 2147483648)::integer)
ORDER BY id;
