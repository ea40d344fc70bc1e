-- Insert what clients reported, in key order; an entry that is there already stays.
INSERT INTO client_reports (
    project_id, position, item, number, timestamp, category, outcome, reason, quantity)
SELECT * FROM unnest(
    %(project_id)b::integer[], %(position)b::bigint[], %(item)b::integer[], %(number)b::integer[],
    %(timestamp)b::timestamptz[], %(category)b::text[], %(outcome)b::text[], %(reason)b::text[],
    %(quantity)b::bigint[])
ON CONFLICT (project_id, position, item, number) DO NOTHING
RETURNING position, item;
