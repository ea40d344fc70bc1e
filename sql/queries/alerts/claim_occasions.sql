-- The next occasions that nobody is looking at, the oldest first.
SELECT id FROM alert_occasions ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED;
