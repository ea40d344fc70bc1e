-- Every issue of some projects, or those with some numbers, by what a list is sorted by, the least first: arrays of keys (project and number
-- in one), of ranks, and of how many environments it was seen in; times in microseconds.
SELECT coalesce(array_agg(key), '{}') AS keys, coalesce(array_agg(rank), '{}') AS ranks,
       coalesce(array_agg(places), '{}') AS places
FROM (
    SELECT project_id::bigint << 32 | digest_order AS key,
           CASE %(sort)s::text
               WHEN 'digest_order' THEN digest_order
               WHEN 'last_seen' THEN (date_part('epoch', last_seen) * 1000000)::bigint
               WHEN 'first_seen' THEN (date_part('epoch', first_seen) * 1000000)::bigint
               WHEN 'events' THEN event_count
               WHEN 'users' THEN user_count
               ELSE CASE priority WHEN 'high' THEN 3 WHEN 'medium' THEN 2 WHEN 'low' THEN 1 ELSE 0 END
           END AS rank,
           environment_count AS places
    FROM issues
    WHERE project_id = ANY(%(project_ids)s::integer[])
      AND (%(only)s::integer[] IS NULL OR digest_order = ANY(%(only)s::integer[]))
    ORDER BY rank, key
) AS ranked;
