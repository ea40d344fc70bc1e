-- The same for the events of some users alone: which of some tag terms hold for the events of some issues, as bits, and how many events each
-- combination has; in some environments or (null) any. A term is several rows
-- if it has several patterns. The users of a combination are named if asked for.
WITH wanted AS MATERIALIZED (
    SELECT issues.project_id, issues.id, key
    FROM unnest(%(keys)s::bigint[]) AS key
    JOIN issues ON issues.project_id = (key >> 32)::integer
        AND issues.digest_order = (key & 4294967295)::integer
), told AS MATERIALIZED (
    SELECT * FROM events
    WHERE project_id = ANY(ARRAY(SELECT DISTINCT project_id FROM wanted))
      AND user_ident = ANY(%(only_users)s::text[]) AND user_ident <> ''
)
SELECT wanted.key, bits, count(*) AS events,
       (date_part('epoch', min(received_at)) * 1000000)::bigint AS first_seen,
       (date_part('epoch', max(received_at)) * 1000000)::bigint AS last_seen,
       array_agg(DISTINCT user_ident) FILTER (WHERE user_ident <> '' AND %(with_users)s::boolean) AS users
FROM wanted
JOIN told ON told.project_id = wanted.project_id AND told.issue_id = wanted.id
CROSS JOIN LATERAL (
    SELECT coalesce(bit_or(1::bigint << number), 0) AS bits
    FROM unnest(%(numbers)s::integer[], %(term_keys)s::text[], %(patterns)s::text[])
        AS term (number, key, pattern)
    WHERE tag_of(term.key, tags, release, environment, level, server_name, user_ident) LIKE term.pattern
) AS judged
WHERE (%(environments)s::text[] IS NULL OR environment = ANY(%(environments)s::text[]))
GROUP BY wanted.key, bits;
