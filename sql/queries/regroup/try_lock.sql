-- One process at a time works on a regrouping; the lock goes with the connection.
SELECT pg_try_advisory_lock(3, %(id)s) AS got;
