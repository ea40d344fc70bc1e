-- The time up to which everything received has been digested: what still waits must not make a job
-- look late. NULL for `now` means the database's clock.
SELECT least(
    coalesce(%(now)s::timestamptz, statement_timestamp()),
    (SELECT min(oldest.received_at)
     FROM inbox_projects AS project
     CROSS JOIN LATERAL (
         SELECT received_at FROM inbox WHERE inbox.project_id = project.project_id ORDER BY position LIMIT 1
     ) AS oldest)
) AS time;
