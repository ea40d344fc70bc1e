-- Everybody, or those who share a project with somebody, and themselves; or the one of them with an id.
SELECT id, email, is_admin, is_active, created_at, last_login
FROM users
WHERE (%(id)s::integer IS NULL OR id = %(id)s)
    AND (%(seen_by)s::integer IS NULL OR id = %(seen_by)s OR id IN (
        SELECT theirs.user_id
        FROM project_members AS own
        JOIN projects ON projects.id = own.project_id AND projects.deleted_at IS NULL
        JOIN project_members AS theirs ON theirs.project_id = own.project_id
        WHERE own.user_id = %(seen_by)s))
ORDER BY lower(email), id;
