-- One migration runner at a time over the whole database; others wait here.
SELECT pg_advisory_lock(hashtext('rustrak migrations'));
