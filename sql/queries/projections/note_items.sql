-- Note items that were received but not applied, in key order; a later fold of one replaces nothing.
INSERT INTO item_outcomes (
    project_id, position, item, received_at, event_id, item_type, outcome, reason)
SELECT * FROM unnest(
    %(project_ids)b::integer[], %(positions)b::bigint[], %(item_numbers)b::integer[],
    %(received_at)b::timestamptz[], %(event_ids)b::uuid[], %(item_types)b::text[],
    %(outcomes)b::text[], %(reasons)b::text[])
ON CONFLICT (project_id, position, item) DO NOTHING;
