-- Insert what is new; the caller sends rows in key order. Must never update: the first copy wins.
INSERT INTO attachments (
    project_id, id, event_id, position, item, received_at, filename, content_type, attachment_type, size)
SELECT * FROM unnest(
    %(project_id)b::integer[], %(id)b::uuid[], %(event_id)b::uuid[], %(position)b::bigint[],
    %(item)b::integer[], %(received_at)b::timestamptz[], %(filename)b::text[],
    %(content_type)b::text[], %(attachment_type)b::text[], %(size)b::bigint[])
ON CONFLICT (project_id, id) DO NOTHING
RETURNING position, item;
