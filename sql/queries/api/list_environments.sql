-- The environments a project's events and sessions name.
SELECT environment AS name FROM project_hours
WHERE project_id = %(project_id)s AND environment <> '' AND event_count > 0
UNION
SELECT environment FROM session_counts
WHERE project_id = %(project_id)s AND environment <> ''
ORDER BY name
LIMIT %(limit)s;
