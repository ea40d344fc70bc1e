-- Who belongs to a project; or the one of them with an id.
SELECT users.id AS user_id, users.email, users.is_active, project_members.role, project_members.added_at
FROM project_members
JOIN users ON users.id = project_members.user_id
WHERE project_members.project_id = %(project_id)s
    AND (%(user_id)s::integer IS NULL OR project_members.user_id = %(user_id)s)
ORDER BY lower(users.email), users.id;
