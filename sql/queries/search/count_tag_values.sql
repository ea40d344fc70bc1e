-- What is counted of those events of some issues that are tagged with one of some values: arrays; in some
-- environments or (null) any.
WITH wanted AS MATERIALIZED (
    SELECT issues.project_id, issues.id, key
    FROM unnest(%(keys)s::bigint[]) AS key
    JOIN issues ON issues.project_id = (key >> 32)::integer
        AND issues.digest_order = (key & 4294967295)::integer
)
SELECT coalesce(array_agg(wanted.key), '{}') AS keys, coalesce(array_agg(events), '{}') AS events,
       coalesce(array_agg((date_part('epoch', first_seen) * 1000000)::bigint), '{}') AS first_seen,
       coalesce(array_agg((date_part('epoch', last_seen) * 1000000)::bigint), '{}') AS last_seen
FROM wanted
CROSS JOIN LATERAL (
    SELECT sum(event_count)::bigint AS events, min(first_seen) AS first_seen, max(last_seen) AS last_seen
    FROM counted_tags
    WHERE counted_tags.project_id = wanted.project_id AND counted_tags.issue_id = wanted.id
      AND counted_tags.key = %(key)s
      AND value = ANY(%(values)s::text[])
      AND (%(environments)s::text[] IS NULL OR environment = ANY(%(environments)s::text[]))
) AS counted
WHERE events IS NOT NULL;
