-- The keys of an issue's tags, with how many values and events each has, and its values with the most
-- events; in some environments, by their numbers, or (null) any.
WITH valued AS (
    SELECT key, value, event_count, first_seen, last_seen
    FROM (
        SELECT counted_tags.project_id, tag, sum(event_count)::bigint AS event_count,
               min(first_seen) AS first_seen, max(last_seen) AS last_seen
        FROM counted_tags
        WHERE project_id = %(project_id)s
          AND issue = (SELECT digest_order FROM issues WHERE project_id = %(project_id)s AND id = %(issue_id)s)
          AND (%(numbers)s::integer[] IS NULL OR environment_number = ANY(%(numbers)s::integer[]))
        GROUP BY 1, 2
    ) AS counted
    JOIN tag_values ON tag_values.project_id = counted.project_id AND number = tag
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
