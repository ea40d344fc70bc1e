-- Issues with events tagged with one of some values, in some environments or (null) any: an array of keys, and
-- one of those where the tag is common everywhere, so that all events have it. From the index alone.
SELECT coalesce(array_agg(key), '{}') AS keys, coalesce(array_agg(key) FILTER (WHERE is_certain), '{}') AS certain
FROM (
    SELECT issues.project_id::bigint << 32 | digest_order AS key,
           common > 0 AND common = CASE
               WHEN %(environments)s::text[] IS NULL THEN environment_count
               WHEN cardinality(%(environments)s::text[]) = 1 THEN 1
               ELSE (
                   SELECT count(*) FROM issue_environments AS place
                   WHERE place.project_id = tagged.project_id AND place.issue_id = tagged.issue_id
                     AND place.environment = ANY(%(environments)s::text[]))
           END AS is_certain
    FROM (
        SELECT project_id, issue_id, count(*) FILTER (WHERE is_common) AS common
        FROM issue_tags
        WHERE project_id = ANY(%(project_ids)s::integer[]) AND key = %(key)s
          AND value = ANY(%(values)s::text[])
          AND (%(environments)s::text[] IS NULL OR environment = ANY(%(environments)s::text[]))
        GROUP BY 1, 2
    ) AS tagged
    JOIN issues ON issues.project_id = tagged.project_id AND issues.id = tagged.issue_id
) AS matched;
