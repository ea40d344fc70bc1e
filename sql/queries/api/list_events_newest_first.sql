-- A page of an issue's events in reverse order of arrival, beyond a position if one is given.
SELECT event_id, issue_id, position, title, timestamp, level, platform, release, environment
FROM events
WHERE project_id = %(project_id)s AND issue_id = %(issue_id)s
  AND position < coalesce(%(beyond)s::bigint, 9223372036854775807)
  AND (%(environments)s::text[] IS NULL OR environment = ANY(%(environments)s::text[]))
ORDER BY position DESC
LIMIT %(limit)s;
