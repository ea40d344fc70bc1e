-- A page of what happened during one request, newest first, beyond a place if one is given.
SELECT event_id, issue_id, position, item, title, timestamp, level, platform, release, environment
FROM events
WHERE project_id = %(project_id)s AND tags ? 'request_id' AND tags ->> 'request_id' = %(value)s
  AND (%(environments)s::text[] IS NULL OR environment = ANY(%(environments)s::text[]))
  AND (position, item) < (
      coalesce(%(position)s::bigint, 9223372036854775807), coalesce(%(item)s::bigint, 0))
ORDER BY position DESC, item DESC
LIMIT %(limit)s;
