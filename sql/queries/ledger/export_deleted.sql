-- Which events of a project were deleted, and by which decision.
SELECT position, item, decision, is_undone FROM deleted_items
WHERE project_id = %(project_id)s ORDER BY position, item, decision;
