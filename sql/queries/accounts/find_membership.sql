-- A project that is there, and the role of one person in it, null if they are no member.
SELECT project_members.role
FROM projects
LEFT JOIN project_members
    ON project_members.project_id = projects.id AND project_members.user_id = %(user_id)s
WHERE projects.id = %(project_id)s AND projects.deleted_at IS NULL;
