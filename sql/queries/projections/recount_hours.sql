-- Count the hours of issues anew from their events.
INSERT INTO issue_hours (project_id, issue_id, hour, environment, event_count)
SELECT project_id, issue_id, date_trunc('hour', received_at, 'UTC'), environment, count(*)
FROM events
WHERE project_id = %(project_id)s AND issue_id = ANY(%(issue_ids)s::uuid[])
GROUP BY 1, 2, 3, 4;
