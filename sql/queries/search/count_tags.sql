-- What is counted of those events of some issues that have one of some tags: arrays; in some environments, by
-- their numbers, or (null) any.
SELECT coalesce(array_agg(key), '{}') AS keys, coalesce(array_agg(events), '{}') AS events,
       coalesce(array_agg((date_part('epoch', first_seen) * 1000000)::bigint), '{}') AS first_seen,
       coalesce(array_agg((date_part('epoch', last_seen) * 1000000)::bigint), '{}') AS last_seen
FROM unnest(%(keys)s::bigint[]) AS key
CROSS JOIN LATERAL (
    SELECT sum(event_count)::bigint AS events, min(first_seen) AS first_seen, max(last_seen) AS last_seen
    FROM counted_tags
    WHERE project_id = (key >> 32)::integer AND issue = (key & 4294967295)::integer
      AND tag = ANY(%(tags)s::bigint[])
      AND (%(numbers)s::integer[] IS NULL OR environment_number = ANY(%(numbers)s::integer[]))
) AS counted
WHERE events IS NOT NULL;
