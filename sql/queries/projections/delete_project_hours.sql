-- Take the events of issues out of the hours of their project; before their own hours go.
UPDATE project_hours SET event_count = project_hours.event_count - gone.event_count
FROM (
    SELECT project_id, hour, environment, sum(event_count)::bigint AS event_count
    FROM issue_hours
    WHERE project_id = %(project_id)s AND issue_id = ANY(%(issue_ids)s::uuid[])
    GROUP BY 1, 2, 3
) AS gone
WHERE (project_hours.project_id, project_hours.hour, project_hours.environment)
    = (gone.project_id, gone.hour, gone.environment);
