-- When issues came to have more than `count` events (or users) within `period`, after `since` and up
-- to `until`, in order of time.
-- Everybody is present from an event until `period` after it; who comes again before that stays. The
-- sum of comings and goings is how many are present; a crossing is where it comes to count + 1.
-- Of an issue the newest `most` events are read. Positions run with time, but for the length of a
-- statement, so an hour earlier is early enough to start from.
WITH touched AS (
    SELECT id FROM issues
    WHERE project_id = %(project_id)s AND last_seen > %(since)s AND event_count > %(count)s
      AND NOT is_muted
), bounds AS (
    SELECT coalesce((
        SELECT position FROM envelopes
        WHERE received_at < %(since)s::timestamptz - %(period)s::interval - interval '1 hour'
        ORDER BY received_at DESC, position DESC
        LIMIT 1), 0) AS position
), present AS (
    SELECT touched.id AS issue_id, found.*
    FROM touched, bounds, LATERAL (
        SELECT event_id, position, item, received_at,
               CASE WHEN %(by_users)s::boolean THEN user_ident ELSE event_id::text END AS who
        FROM events
        WHERE project_id = %(project_id)s AND issue_id = touched.id
          AND position >= bounds.position
          AND received_at > %(since)s::timestamptz - %(period)s::interval
          AND received_at <= %(until)s
          AND (NOT %(by_users)s::boolean OR user_ident <> '')
          AND alert_matches(%(filters)s::text::jsonb, level, environment, release, tags)
        ORDER BY position DESC
        LIMIT %(most)s) AS found
), visits AS (
    SELECT *, lag(received_at) OVER visit AS previous, lead(received_at) OVER visit AS next
    FROM present
    WINDOW visit AS (PARTITION BY issue_id, who ORDER BY received_at, position, item)
), steps AS (
    SELECT issue_id, event_id, received_at AS at, 1 AS step, position, item
    FROM visits
    WHERE previous IS NULL OR previous <= received_at - %(period)s::interval
    UNION ALL
    SELECT issue_id, event_id, received_at + %(period)s::interval, -1, position, item
    FROM visits
    WHERE next IS NULL OR next >= received_at + %(period)s::interval
), sums AS (
    SELECT *, sum(step) OVER (PARTITION BY issue_id ORDER BY at, step, position, item) AS total
    FROM steps
)
SELECT issue_id, event_id, at AS occurred_at
FROM sums
WHERE step = 1 AND total = %(count)s::integer + 1 AND at > %(since)s
ORDER BY at, position, item;
