-- A deletion counts as never made, or counts again.
UPDATE deleted_items SET is_undone = %(is_undone)s
WHERE project_id = %(project_id)s AND decision = %(decision)s;
