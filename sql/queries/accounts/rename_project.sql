-- A new name; the slug stays.
UPDATE projects SET name = %(name)s, updated_at = now() WHERE id = %(id)s AND deleted_at IS NULL;
