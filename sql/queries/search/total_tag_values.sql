-- The same as count_tag_values for all issues of some projects, by value: for many issues less to read.
SELECT coalesce(array_agg(issues.project_id::bigint << 32 | digest_order), '{}') AS keys,
       coalesce(array_agg(tagged.event_count), '{}') AS events,
       coalesce(array_agg((date_part('epoch', tagged.first_seen) * 1000000)::bigint), '{}') AS first_seen,
       coalesce(array_agg((date_part('epoch', tagged.last_seen) * 1000000)::bigint), '{}') AS last_seen
FROM (
    SELECT project_id, issue_id, sum(event_count)::bigint AS event_count,
           min(first_seen) AS first_seen, max(last_seen) AS last_seen
    FROM counted_tags
    WHERE project_id = ANY(%(project_ids)s::integer[]) AND key = %(key)s
      AND value = ANY(%(values)s::text[])
      AND (%(environments)s::text[] IS NULL OR environment = ANY(%(environments)s::text[]))
    GROUP BY 1, 2
) AS tagged
JOIN issues ON issues.project_id = tagged.project_id AND issues.id = tagged.issue_id;
