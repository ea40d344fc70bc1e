-- What every open project has in the read tables.
SELECT projects.id, projects.name,
       (SELECT coalesce(sum(event_count), 0)::bigint FROM issues WHERE project_id = projects.id) AS events,
       kept.attachments, kept.bytes AS attachment_bytes
FROM projects
CROSS JOIN LATERAL (
    SELECT count(*) AS attachments, coalesce(sum(size), 0)::bigint AS bytes
    FROM attachments WHERE project_id = projects.id) AS kept
WHERE projects.deleted_at IS NULL
ORDER BY projects.id;
