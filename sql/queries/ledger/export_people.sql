-- Those who decided something about a project, or were assigned.
SELECT id, email FROM users
WHERE id IN (
    SELECT substring(actor FROM '^user:(\d+)')::integer FROM decisions WHERE project_id = %(project_id)s
    UNION
    SELECT (details ->> 'user_id')::integer FROM decisions
    WHERE project_id = %(project_id)s AND kind = 'assign'
)
ORDER BY id;
