-- Let the next runner in.
SELECT pg_advisory_unlock(hashtext('rustrak migrations'));
