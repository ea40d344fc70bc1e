-- Which of these events were deleted.
SELECT DISTINCT position, item
FROM deleted_items
JOIN unnest(%(project_ids)b::integer[], %(positions)b::bigint[], %(items)b::integer[])
    AS wanted (project_id, position, item) USING (project_id, position, item)
WHERE NOT is_undone;
