-- One row a run, resting on its first update; places of the updates that became a run's first. Must
-- not touch how the run ended.
INSERT INTO check_ins (
    project_id, monitor_slug, environment, check_in_id, has_id, position, item, started_at, release,
    status)
SELECT DISTINCT ON (project_id, monitor_slug, environment, check_in_id)
       project_id, monitor_slug, environment, check_in_id, has_id <> 0, position, item, received_at,
       release, 'in_progress'
FROM unnest(
    %(project_id)b::integer[], %(monitor_slug)b::text[], %(environment)b::text[],
    %(check_in_id)b::uuid[], %(has_id)b::integer[], %(position)b::bigint[], %(item)b::integer[],
    %(received_at)b::timestamptz[], %(release)b::text[]
) AS row (
    project_id, monitor_slug, environment, check_in_id, has_id, position, item, received_at, release)
ORDER BY project_id, monitor_slug, environment, check_in_id, position, item
ON CONFLICT (project_id, monitor_slug, environment, check_in_id) DO UPDATE
SET position = excluded.position, item = excluded.item, started_at = excluded.started_at,
    release = excluded.release
WHERE (excluded.position, excluded.item) < (check_ins.position, check_ins.item)
RETURNING position, item;
