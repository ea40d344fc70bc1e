-- The same for events that have a tag of this key, but none of these.
SELECT coalesce(array_agg(key), '{}') AS keys, coalesce(array_agg(events), '{}') AS events,
       coalesce(array_agg((date_part('epoch', first_seen) * 1000000)::bigint), '{}') AS first_seen,
       coalesce(array_agg((date_part('epoch', last_seen) * 1000000)::bigint), '{}') AS last_seen
FROM unnest(%(keys)s::bigint[]) AS key
CROSS JOIN LATERAL (
    SELECT sum(event_count)::bigint AS events, min(first_seen) AS first_seen, max(last_seen) AS last_seen
    FROM counted_tags
    WHERE project_id = (key >> 32)::integer AND issue = (key & 4294967295)::integer
      AND tag <> ALL(%(tags)s::bigint[])
      AND (%(numbers)s::integer[] IS NULL OR environment_number = ANY(%(numbers)s::integer[]))
      AND EXISTS (
          SELECT FROM tag_values
          WHERE tag_values.project_id = counted_tags.project_id AND tag_values.number = counted_tags.tag
            AND tag_values.key = %(key)s)
) AS counted
WHERE events IS NOT NULL;
