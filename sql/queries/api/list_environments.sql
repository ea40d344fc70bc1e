-- The environments a project's events and sessions name. Reads all of both: for menus, not for every page.
SELECT environment AS name FROM events
WHERE project_id = %(project_id)s AND environment <> ''
UNION
SELECT environment FROM session_counts
WHERE project_id = %(project_id)s AND environment <> ''
ORDER BY name
LIMIT %(limit)s;
