-- One sender at a time claims: two at once would not see that they claim for the same channel.
SELECT pg_advisory_xact_lock(4, 0);
