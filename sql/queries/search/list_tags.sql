-- The keys of an issue's tags, with how many values and events each has, and its values with the most
-- events; in some environments or (null) any.
WITH valued AS (
    SELECT key, value, sum(event_count)::bigint AS event_count, min(first_seen) AS first_seen,
           max(last_seen) AS last_seen
    FROM counted_tags
    WHERE project_id = %(project_id)s AND issue_id = %(issue_id)s
      AND (%(environments)s::text[] IS NULL OR environment = ANY(%(environments)s::text[]))
    GROUP BY 1, 2
), ranked AS (
    SELECT valued.*, row_number() OVER (PARTITION BY key ORDER BY event_count DESC, value) AS place,
           count(*) OVER (PARTITION BY key) AS value_count,
           (sum(event_count) OVER (PARTITION BY key))::bigint AS total
    FROM valued
)
SELECT key, value, event_count, first_seen, last_seen, value_count, total
FROM ranked
WHERE place <= %(limit)s
ORDER BY key, place;
