-- The time up to which everything received has been digested: what still waits must not make a job
-- look late. NULL for `now` means the database's clock.
SELECT least(
    coalesce(%(now)s::timestamptz, statement_timestamp()),
    (SELECT received_at FROM inbox ORDER BY position LIMIT 1)
) AS time;
