-- Every issue of some projects seen in some environments, with what is counted of it there: arrays of keys
-- (project and number in one), events, and times in microseconds.
SELECT coalesce(array_agg(issues.project_id::bigint << 32 | digest_order), '{}') AS keys,
       coalesce(array_agg(seen.event_count), '{}') AS events,
       coalesce(array_agg((date_part('epoch', seen.first_seen) * 1000000)::bigint), '{}') AS first_seen,
       coalesce(array_agg((date_part('epoch', seen.last_seen) * 1000000)::bigint), '{}') AS last_seen
FROM (
    SELECT project_id, issue_id, sum(event_count)::bigint AS event_count,
           min(first_seen) AS first_seen, max(last_seen) AS last_seen
    FROM issue_environments
    WHERE project_id = ANY(%(project_ids)s::integer[]) AND environment = ANY(%(environments)s::text[])
    GROUP BY 1, 2
) AS seen
JOIN issues ON issues.project_id = seen.project_id AND issues.id = seen.issue_id;
