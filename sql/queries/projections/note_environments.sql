-- Note where monitors check in, in key order.
INSERT INTO monitor_environments (project_id, monitor_slug, environment)
SELECT DISTINCT project_id, monitor_slug, environment
FROM unnest(
    %(project_id)b::integer[], %(monitor_slug)b::text[], %(environment)b::text[]
) AS row (project_id, monitor_slug, environment)
ORDER BY project_id, monitor_slug, environment
ON CONFLICT (project_id, monitor_slug, environment) DO NOTHING;
