-- One monitor of one project.
SELECT slug, config::text AS config
FROM monitors
WHERE project_id = %(project_id)s AND slug = %(slug)s
  AND EXISTS (SELECT FROM projects WHERE id = %(project_id)s AND deleted_at IS NULL);
