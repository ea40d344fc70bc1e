-- Insert what is new; the caller sends rows in key order. Must never update: the first copy wins.
-- What was deleted stays out.
INSERT INTO events (
    project_id, event_id, issue_id, grouping_id, position, item, received_at, timestamp, title, culprit,
    level, platform, release, environment, server_name, sdk_name, sdk_version, user_ident, tags)
SELECT project_id, event_id, issue_id, grouping_id, position, item, received_at, timestamp, title,
       culprit, level, platform, release, environment, server_name, sdk_name, sdk_version, user_ident,
       tags::jsonb
FROM unnest(
    %(project_id)b::integer[], %(event_id)b::uuid[], %(issue_id)b::uuid[], %(grouping_id)b::uuid[],
    %(position)b::bigint[], %(item)b::integer[], %(received_at)b::timestamptz[],
    %(timestamp)b::timestamptz[], %(title)b::text[], %(culprit)b::text[], %(level)b::text[],
    %(platform)b::text[], %(release)b::text[], %(environment)b::text[], %(server_name)b::text[],
    %(sdk_name)b::text[], %(sdk_version)b::text[], %(user_ident)b::text[], %(tags)b::text[]
) AS row (
    project_id, event_id, issue_id, grouping_id, position, item, received_at, timestamp, title, culprit,
    level, platform, release, environment, server_name, sdk_name, sdk_version, user_ident, tags)
WHERE NOT EXISTS (
    SELECT FROM deleted_items AS deleted
    WHERE deleted.project_id = row.project_id AND deleted.position = row.position
      AND deleted.item = row.item AND NOT deleted.is_undone)
ON CONFLICT (project_id, event_id) DO NOTHING
RETURNING position, item;
