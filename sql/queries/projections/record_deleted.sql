-- Events that were on their way when their issue was deleted.
INSERT INTO deleted_items (project_id, position, item, decision)
SELECT * FROM unnest(
    %(project_ids)b::integer[], %(positions)b::bigint[], %(items)b::integer[], %(decisions)b::bigint[])
ON CONFLICT DO NOTHING;
