-- Add new events to the hours of their issues, in key order.
INSERT INTO issue_hours (project_id, issue_id, hour, environment, event_count)
SELECT project_id, issue_id, date_trunc('hour', received_at, 'UTC'), environment, count(*)
FROM unnest(
    %(project_id)b::integer[], %(issue_id)b::uuid[], %(environment)b::text[],
    %(received_at)b::timestamptz[]
) AS row (project_id, issue_id, environment, received_at)
GROUP BY 1, 2, 3, 4
ORDER BY 1, 2, 3, 4
ON CONFLICT (project_id, issue_id, hour, environment) DO UPDATE
SET event_count = issue_hours.event_count + excluded.event_count;
