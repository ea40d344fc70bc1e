-- The keys of an issue's tags, with how many values and events each has, and its values with the most
-- events; in some environments, by their numbers, or (null) any. The issue is given by its number, so that
-- the planner knows whether it is a large one. `large` is the only key with many values, nearly always that of
-- users: whatever has no other key is of that one, and is not looked up. Null where there is none, or are several.
WITH small AS MATERIALIZED (
    SELECT number, key
    FROM tag_values
    WHERE project_id = %(project_id)s
      AND (%(large)s::text IS NULL OR key < %(large)s::text OR key > %(large)s::text)  -- by the index
), keyed AS MATERIALIZED (
    SELECT coalesce(small.key, %(large)s::text) AS key, small.key IS NULL AS is_large, counted.*
    FROM (
        SELECT tag, sum(coalesce(tags.event_count, place.event_count))::bigint AS event_count
        FROM issue_tags AS tags
        LEFT JOIN (
            SELECT environment_number, event_count
            FROM issue_environments
            WHERE project_id = %(project_id)s AND issue = %(number)s
        ) AS place ON tags.is_common AND place.environment_number = tags.environment_number
        WHERE project_id = %(project_id)s AND issue = %(number)s
          AND (%(numbers)s::integer[] IS NULL OR tags.environment_number = ANY(%(numbers)s::integer[]))
        GROUP BY 1
    ) AS counted
    LEFT JOIN small ON number = tag
), few AS MATERIALIZED (
    SELECT * FROM keyed WHERE NOT is_large
), best AS (
    SELECT keys.*, best.*
    FROM (SELECT key, count(*) AS value_count, sum(event_count)::bigint AS total FROM few GROUP BY 1) AS keys
    CROSS JOIN LATERAL (
        SELECT tag, event_count FROM few WHERE few.key = keys.key
        ORDER BY event_count DESC, tag LIMIT %(limit)s) AS best
    UNION ALL
    SELECT keys.*, best.*
    FROM (
        SELECT key, count(*) AS value_count, sum(event_count)::bigint AS total
        FROM keyed WHERE is_large GROUP BY 1
    ) AS keys
    CROSS JOIN LATERAL (
        SELECT tag, event_count FROM keyed WHERE is_large AND keyed.key = keys.key
        ORDER BY event_count DESC, tag LIMIT %(limit)s) AS best
)
SELECT key, value, event_count, first_seen, last_seen, value_count, total
FROM best
CROSS JOIN LATERAL (
    SELECT min(first_seen) AS first_seen, max(last_seen) AS last_seen
    FROM counted_tags
    WHERE project_id = %(project_id)s AND issue = %(number)s AND tag = best.tag
      AND (%(numbers)s::integer[] IS NULL OR environment_number = ANY(%(numbers)s::integer[]))
) AS seen
CROSS JOIN LATERAL (
    SELECT value FROM tag_values WHERE project_id = %(project_id)s AND number = best.tag LIMIT 1
) AS said
ORDER BY key, event_count DESC, value;
