-- Events of some issues by hour or day, in some environments or (null) any.
SELECT issue_hours.project_id, issue_hours.issue_id,
       date_trunc(%(unit)s::text, hour, 'UTC') AS start, sum(event_count)::bigint AS event_count
FROM unnest(%(in_projects)b::integer[], %(issue_ids)b::uuid[]) AS wanted (project_id, issue_id)
JOIN issue_hours ON issue_hours.project_id = wanted.project_id AND issue_hours.issue_id = wanted.issue_id
    AND hour >= %(since)s::timestamptz
WHERE %(environments)s::text[] IS NULL OR environment = ANY(%(environments)s::text[])
GROUP BY 1, 2, 3;
