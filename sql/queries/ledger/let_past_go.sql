-- What was held is free again.
SELECT pg_advisory_unlock(2, 0);
