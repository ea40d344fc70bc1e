-- The latest regroupings of a project.
SELECT * FROM regroups WHERE project_id = %(project_id)s ORDER BY id DESC LIMIT %(limit)s;
