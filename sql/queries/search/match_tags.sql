-- Issues with events that have one of some tags, in some environments, by their numbers, or (null) any: arrays of
-- keys and of the environments where the tag is common. From the index alone.
SELECT coalesce(array_agg(key), '{}') AS keys, coalesce(array_agg(common), '{}') AS common
FROM (
    SELECT project_id::bigint << 32 | issue AS key, count(*) FILTER (WHERE is_common) AS common
    FROM issue_tags
    WHERE project_id = ANY(%(project_ids)s::integer[]) AND tag = ANY(%(tags)s::bigint[])
      AND (%(only)s::integer[] IS NULL OR issue = ANY(%(only)s::integer[]))
      AND (%(numbers)s::integer[] IS NULL OR environment_number = ANY(%(numbers)s::integer[]))
    GROUP BY 1
) AS matched;
