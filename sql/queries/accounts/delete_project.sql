-- Close a project; its name and slug become free, its facts stay.
UPDATE projects SET deleted_at = now(), updated_at = now() WHERE id = %(id)s AND deleted_at IS NULL;
