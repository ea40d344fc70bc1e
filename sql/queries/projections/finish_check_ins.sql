-- End runs by the first of their updates that says so; places of those that did. The rows are there
-- and locked in key order, by open_check_ins.
UPDATE check_ins
SET finished_position = finish.position, finished_item = finish.item,
    finished_at = finish.received_at, status = finish.status, duration = finish.duration
FROM (
    SELECT DISTINCT ON (project_id, monitor_slug, environment, check_in_id)
           project_id, monitor_slug, environment, check_in_id, position, item, received_at, status,
           nullif(duration, '')::double precision AS duration
    FROM unnest(
        %(project_id)b::integer[], %(monitor_slug)b::text[], %(environment)b::text[],
        %(check_in_id)b::uuid[], %(position)b::bigint[], %(item)b::integer[],
        %(received_at)b::timestamptz[], %(status)b::text[], %(duration)b::text[]
    ) AS row (
        project_id, monitor_slug, environment, check_in_id, position, item, received_at, status,
        duration)
    WHERE status <> 'in_progress'
    ORDER BY project_id, monitor_slug, environment, check_in_id, position, item
) AS finish
WHERE check_ins.project_id = finish.project_id
  AND check_ins.monitor_slug = finish.monitor_slug
  AND check_ins.environment = finish.environment
  AND check_ins.check_in_id = finish.check_in_id
  AND (check_ins.finished_position IS NULL
       OR (finish.position, finish.item)
          < (check_ins.finished_position, check_ins.finished_item))
RETURNING finish.position, finish.item;
