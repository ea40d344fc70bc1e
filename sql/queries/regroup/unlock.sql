-- Let others work on a regrouping.
SELECT pg_advisory_unlock(3, %(id)s);
