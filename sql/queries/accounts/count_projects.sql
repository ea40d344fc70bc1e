-- How many projects there are, or a member sees.
SELECT count(*) AS total FROM projects
WHERE deleted_at IS NULL
    AND (%(member)s::integer IS NULL OR EXISTS (
        SELECT FROM project_members WHERE project_id = projects.id AND user_id = %(member)s));
