-- The issues of a project.
SELECT id FROM issues WHERE project_id = %(project_id)s ORDER BY id;
