-- The same for issues seen in some environments, by what is counted there; users and priority are the issue's.
SELECT coalesce(array_agg(key), '{}') AS keys, coalesce(array_agg(rank), '{}') AS ranks,
       coalesce(array_agg(places), '{}') AS places
FROM (
    SELECT issues.project_id::bigint << 32 | digest_order AS key,
           CASE %(sort)s::text
               WHEN 'digest_order' THEN digest_order
               WHEN 'last_seen' THEN (date_part('epoch', seen.last_seen) * 1000000)::bigint
               WHEN 'first_seen' THEN (date_part('epoch', seen.first_seen) * 1000000)::bigint
               WHEN 'events' THEN seen.event_count
               WHEN 'users' THEN issues.user_count
               ELSE CASE priority WHEN 'high' THEN 3 WHEN 'medium' THEN 2 WHEN 'low' THEN 1 ELSE 0 END
           END AS rank,
           places
    FROM (
        SELECT project_id, issue, count(*) AS places, sum(event_count)::bigint AS event_count,
               min(first_seen) AS first_seen, max(last_seen) AS last_seen
        FROM issue_environments
        WHERE project_id = ANY(%(project_ids)s::integer[]) AND environment_number = ANY(%(numbers)s::integer[])
          AND (%(only)s::integer[] IS NULL OR issue = ANY(%(only)s::integer[]))
        GROUP BY 1, 2
    ) AS seen
    JOIN issues ON issues.project_id = seen.project_id AND issues.digest_order = seen.issue
    ORDER BY rank, key
) AS ranked;
