-- Hold a project's memberships, so that its last two administrators cannot both leave at once.
SELECT id FROM projects WHERE id = %(project_id)s AND deleted_at IS NULL FOR NO KEY UPDATE;
