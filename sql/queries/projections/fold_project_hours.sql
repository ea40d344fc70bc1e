-- Add new events to the hours of their projects, in key order; last, because these rows are hot.
INSERT INTO project_hours (project_id, hour, environment, event_count)
SELECT project_id, date_trunc('hour', received_at, 'UTC'), environment, count(*)
FROM unnest(
    %(project_id)b::integer[], %(environment)b::text[], %(received_at)b::timestamptz[]
) AS row (project_id, environment, received_at)
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3
ON CONFLICT (project_id, hour, environment) DO UPDATE
SET event_count = project_hours.event_count + excluded.event_count;
