-- The same for up to four terms, in a third of the time.
WITH wanted AS MATERIALIZED (
    SELECT issues.project_id, issues.id, key
    FROM unnest(%(keys)s::bigint[]) AS key
    JOIN issues ON issues.project_id = (key >> 32)::integer
        AND issues.digest_order = (key & 4294967295)::integer
)
SELECT wanted.key, bits, count(*) AS events,
       (date_part('epoch', min(received_at)) * 1000000)::bigint AS first_seen,
       (date_part('epoch', max(received_at)) * 1000000)::bigint AS last_seen,
       array_agg(DISTINCT user_ident) FILTER (WHERE user_ident <> '' AND %(with_users)s::boolean) AS users
FROM wanted
JOIN events ON events.project_id = wanted.project_id AND events.issue_id = wanted.id
CROSS JOIN LATERAL (
    SELECT (
           CASE WHEN tag_of(
               %(key_0)s::text, tags, release, environment, level, server_name, user_ident)
               LIKE ANY(%(patterns_0)s::text[]) THEN 1 ELSE 0 END
           | CASE WHEN tag_of(
               %(key_1)s::text, tags, release, environment, level, server_name, user_ident)
               LIKE ANY(%(patterns_1)s::text[]) THEN 2 ELSE 0 END
           | CASE WHEN tag_of(
               %(key_2)s::text, tags, release, environment, level, server_name, user_ident)
               LIKE ANY(%(patterns_2)s::text[]) THEN 4 ELSE 0 END
           | CASE WHEN tag_of(
               %(key_3)s::text, tags, release, environment, level, server_name, user_ident)
               LIKE ANY(%(patterns_3)s::text[]) THEN 8 ELSE 0 END
    )::bigint AS bits
) AS judged
WHERE (%(environments)s::text[] IS NULL OR environment = ANY(%(environments)s::text[]))
GROUP BY wanted.key, bits;
