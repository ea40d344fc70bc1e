-- The values of one tag of an issue, those with the most events first; in some environments, by their numbers,
-- or (null) any.
SELECT value, sum(event_count)::bigint AS event_count, min(first_seen) AS first_seen,
       max(last_seen) AS last_seen, count(*) OVER () AS value_count,
       (sum(sum(event_count)) OVER ())::bigint AS total
FROM counted_tags
JOIN tag_values ON tag_values.project_id = counted_tags.project_id AND number = tag
WHERE counted_tags.project_id = %(project_id)s AND key = %(key)s
  AND issue = (SELECT digest_order FROM issues WHERE project_id = %(project_id)s AND id = %(issue_id)s)
  AND (%(numbers)s::integer[] IS NULL OR environment_number = ANY(%(numbers)s::integer[]))
GROUP BY value
ORDER BY event_count DESC, value
LIMIT %(limit)s OFFSET %(offset)s;
