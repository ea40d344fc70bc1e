-- The keys of an issue's tags, with how many values and events each has, and its values with the most
-- events; in some environments, by their numbers, or (null) any. The issue is given by its number, so that
-- the planner knows whether it is a large one.
WITH valued AS MATERIALIZED (
    SELECT key, value, event_count, first_seen, last_seen
    FROM (
        SELECT counted_tags.project_id, tag, sum(event_count)::bigint AS event_count,
               min(first_seen) AS first_seen, max(last_seen) AS last_seen
        FROM counted_tags
        WHERE project_id = %(project_id)s AND issue = %(number)s
          AND (%(numbers)s::integer[] IS NULL OR environment_number = ANY(%(numbers)s::integer[]))
        GROUP BY 1, 2
    ) AS counted
    JOIN tag_values ON tag_values.project_id = counted.project_id AND number = tag
), keys AS (
    SELECT key, count(*) AS value_count, sum(event_count)::bigint AS total FROM valued GROUP BY key
)
SELECT keys.key, value, event_count, first_seen, last_seen, value_count, total
FROM keys
CROSS JOIN LATERAL (
    SELECT value, event_count, first_seen, last_seen
    FROM valued
    WHERE valued.key = keys.key
    ORDER BY event_count DESC, value
    LIMIT %(limit)s
) AS best
ORDER BY key, event_count DESC, value;
