-- The values of one tag of an issue, those with the most events first; in some environments or (null) any.
SELECT value, sum(event_count)::bigint AS event_count, min(first_seen) AS first_seen,
       max(last_seen) AS last_seen, count(*) OVER () AS value_count,
       (sum(sum(event_count)) OVER ())::bigint AS total
FROM counted_tags
WHERE project_id = %(project_id)s AND issue_id = %(issue_id)s AND key = %(key)s
  AND (%(environments)s::text[] IS NULL OR environment = ANY(%(environments)s::text[]))
GROUP BY value
ORDER BY event_count DESC, value
LIMIT %(limit)s OFFSET %(offset)s;
