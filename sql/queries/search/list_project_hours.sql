-- Events of some projects together by hour or day, in some environments or (null) any.
SELECT date_trunc(%(unit)s::text, hour, 'UTC') AS start, sum(event_count)::bigint AS event_count
FROM project_hours
WHERE project_id = ANY(%(project_ids)s::integer[]) AND hour >= %(since)s::timestamptz
  AND (%(environments)s::text[] IS NULL OR environment = ANY(%(environments)s::text[]))
GROUP BY 1;
