-- Insert what is new; the caller sends rows in key order, and the nil UUID for "about no event".
-- Must never update: the first copy wins.
INSERT INTO feedback (
    project_id, id, source, event_id, position, item, received_at, timestamp, name, email, message, url)
SELECT project_id, id, source, nullif(event_id, '00000000-0000-0000-0000-000000000000'), position, item,
       received_at, timestamp, name, email, message, url
FROM unnest(
    %(project_id)b::integer[], %(id)b::uuid[], %(source)b::text[], %(event_id)b::uuid[],
    %(position)b::bigint[], %(item)b::integer[], %(received_at)b::timestamptz[],
    %(timestamp)b::timestamptz[], %(name)b::text[], %(email)b::text[], %(message)b::text[],
    %(url)b::text[]
) AS row (
    project_id, id, source, event_id, position, item, received_at, timestamp, name, email, message, url)
ON CONFLICT (project_id, id) DO NOTHING
RETURNING position, item;
