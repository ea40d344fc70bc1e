-- Count issues anew from their events, whoever counted them before; which are new, and their newest events.
-- Their value is not in `events`; until somebody knows it, it is what the title says.
INSERT INTO issues (
    project_id, id, digest_order, first_seen, last_seen, event_count, newest_position, title, value,
    culprit, level, platform, user_count, environment_count, newest_release, first_position, first_release)
SELECT %(project_id)s, counted.issue_id, issue_numbers.number, counted.first_seen, counted.last_seen,
       counted.event_count, newest.position, newest.title,
       CASE WHEN strpos(newest.title, ': ') > 0 THEN substr(newest.title, strpos(newest.title, ': ') + 2) ELSE '' END,
       newest.culprit, nullif(newest.level, ''),
       nullif(newest.platform, ''), counted.user_count, counted.environment_count, newest.release,
       first.position, first.release
FROM (
    SELECT issue_id, count(*) AS event_count, min(received_at) AS first_seen, max(received_at) AS last_seen,
           count(DISTINCT nullif(user_ident, '')) AS user_count,
           count(DISTINCT environment) AS environment_count
    FROM events
    WHERE project_id = %(project_id)s AND issue_id = ANY(%(issue_ids)s::uuid[])
    GROUP BY 1
) AS counted
CROSS JOIN LATERAL (
    SELECT position, title, culprit, level, platform, release
    FROM events
    WHERE project_id = %(project_id)s AND events.issue_id = counted.issue_id
    ORDER BY position DESC, item
    LIMIT 1
) AS newest
CROSS JOIN LATERAL (
    SELECT position, release
    FROM events
    WHERE project_id = %(project_id)s AND events.issue_id = counted.issue_id
    ORDER BY position, item
    LIMIT 1
) AS first
JOIN issue_numbers ON issue_numbers.project_id = %(project_id)s AND issue_numbers.issue_id = counted.issue_id
ORDER BY counted.issue_id
ON CONFLICT (project_id, id) DO UPDATE SET
    first_seen        = excluded.first_seen,
    last_seen         = excluded.last_seen,
    event_count       = excluded.event_count,
    newest_position   = excluded.newest_position,
    title             = excluded.title,
    value             = excluded.value,
    culprit           = excluded.culprit,
    level             = excluded.level,
    platform          = excluded.platform,
    user_count        = excluded.user_count,
    environment_count = excluded.environment_count,
    newest_release    = excluded.newest_release,
    first_position    = excluded.first_position,
    first_release     = excluded.first_release
RETURNING id, xmax = 0 AS is_new, newest_position;
