-- The tags of some projects with a value like a pattern; `low` and `high` enclose what begins like it.
SELECT coalesce(array_agg(DISTINCT number), '{}') AS tags
FROM tag_values
WHERE project_id = ANY(%(project_ids)s::integer[]) AND key = %(key)s
  AND value >= %(low)s AND (%(high)s::text IS NULL OR value < %(high)s) AND value LIKE %(pattern)s;
