-- A page of an issue's events in order of arrival, beyond a position if one is given.
SELECT event_id, issue_id, position, title, timestamp, level, platform, release, environment
FROM events
WHERE project_id = %(project_id)s AND issue_id = %(issue_id)s
  AND position > coalesce(%(beyond)s::bigint, -1)
ORDER BY position
LIMIT %(limit)s;
