-- Every issue of some projects with what is counted of it: arrays of keys (project and number in one),
-- events, and times in microseconds.
SELECT coalesce(array_agg(project_id::bigint << 32 | digest_order), '{}') AS keys,
       coalesce(array_agg(event_count), '{}') AS events,
       coalesce(array_agg((date_part('epoch', first_seen) * 1000000)::bigint), '{}') AS first_seen,
       coalesce(array_agg((date_part('epoch', last_seen) * 1000000)::bigint), '{}') AS last_seen
FROM issues
WHERE project_id = ANY(%(project_ids)s::integer[]);
