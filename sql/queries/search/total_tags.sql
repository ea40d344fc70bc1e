-- The same as count_tags for all issues of some projects, by tag: for many issues less to read.
SELECT coalesce(array_agg(key), '{}') AS keys, coalesce(array_agg(events), '{}') AS events,
       coalesce(array_agg((date_part('epoch', first_seen) * 1000000)::bigint), '{}') AS first_seen,
       coalesce(array_agg((date_part('epoch', last_seen) * 1000000)::bigint), '{}') AS last_seen
FROM (
    SELECT project_id::bigint << 32 | issue AS key, sum(event_count)::bigint AS events,
           min(first_seen) AS first_seen, max(last_seen) AS last_seen
    FROM counted_tags
    WHERE project_id = ANY(%(project_ids)s::integer[]) AND tag = ANY(%(tags)s::bigint[])
      AND (%(numbers)s::integer[] IS NULL OR environment_number = ANY(%(numbers)s::integer[]))
    GROUP BY 1
) AS tagged;
