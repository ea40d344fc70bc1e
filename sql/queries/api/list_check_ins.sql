-- A page of a monitor's runs, newest first, beyond a place if one is given, of some environments or (null) any.
SELECT check_in_id, has_id, environment, position, item, started_at, finished_at, status, duration,
       release
FROM monitor_runs
WHERE project_id = %(project_id)s AND monitor_slug = %(slug)s
  AND (%(environments)s::text[] IS NULL OR environment = ANY(%(environments)s::text[]))
  AND (position, item) < (coalesce(%(position)s::bigint, 9223372036854775807),
                          coalesce(%(item)s::bigint, 0))
ORDER BY position DESC, item DESC
LIMIT %(limit)s;
