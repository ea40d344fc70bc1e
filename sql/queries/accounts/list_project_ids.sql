-- The ids of all projects, or of those of a member; what else lists show of a project takes long to sum up.
SELECT id FROM projects
WHERE deleted_at IS NULL
    AND (%(member)s::integer IS NULL OR EXISTS (
        SELECT FROM project_members WHERE project_id = projects.id AND user_id = %(member)s))
ORDER BY id;
