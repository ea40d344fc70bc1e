-- A project as a notice names it, unless it is closed.
SELECT id, name, slug FROM projects WHERE id = %(project_id)s AND deleted_at IS NULL;
