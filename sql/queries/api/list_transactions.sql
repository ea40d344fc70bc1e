-- What each transaction of a project has done since a moment, most first by the column asked for. Reads
-- every segment of that time: percentiles cannot be added up from smaller ones.
SELECT name, count, failure_rate, p50_ms, p95_ms, last_seen, count(*) OVER () AS total_count
FROM (
    SELECT name,
           count(*) AS count,
           avg(is_failure::integer)::float8 AS failure_rate,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY duration_us) / 1000 AS p50_ms,
           percentile_cont(0.95) WITHIN GROUP (ORDER BY duration_us) / 1000 AS p95_ms,
           max(timestamp) AS last_seen
    FROM spans
    WHERE project_id = %(project_id)s AND is_segment AND timestamp >= %(since)s
      AND (%(environments)s::text[] IS NULL OR environment = ANY(%(environments)s::text[]))
      AND (%(release)s::text IS NULL OR release = %(release)s)
    GROUP BY name
) AS transactions
ORDER BY
    CASE %(sort)s::text
        WHEN 'count' THEN count
        WHEN 'failure_rate' THEN failure_rate
        WHEN 'p50' THEN p50_ms
        WHEN 'p95' THEN p95_ms
        WHEN 'last_seen' THEN extract(epoch FROM last_seen)
    END DESC NULLS LAST,
    name
LIMIT %(limit)s;
