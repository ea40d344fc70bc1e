-- An event that was deleted, in an archive.
INSERT INTO deleted_items (project_id, position, item, decision, is_undone)
VALUES (%(project_id)s, %(position)s, %(item)s, %(decision)s, %(is_undone)s)
ON CONFLICT DO NOTHING;
