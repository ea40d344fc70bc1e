-- One transaction since a moment, hour by hour (UTC); hours without any are left out.
SELECT date_trunc('hour', timestamp, 'UTC') AS hour,
       count(*) AS count,
       avg(is_failure::integer)::float8 AS failure_rate,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY duration_us) / 1000 AS p50_ms,
       percentile_cont(0.95) WITHIN GROUP (ORDER BY duration_us) / 1000 AS p95_ms
FROM spans
WHERE project_id = %(project_id)s AND is_segment AND name = %(name)s AND timestamp >= %(since)s
  AND (%(environments)s::text[] IS NULL OR environment = ANY(%(environments)s::text[]))
  AND (%(release)s::text IS NULL OR release = %(release)s)
GROUP BY 1
ORDER BY 1;
