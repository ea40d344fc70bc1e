-- Tell other workers that this attempt is under way, until the transaction ends.
SELECT pg_advisory_xact_lock(5, mod(%(id)s::bigint, 2147483648)::integer);
