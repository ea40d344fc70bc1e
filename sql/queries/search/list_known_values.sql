-- The values of a tag in some projects that begin so, by name; `high` is the least text beyond them.
SELECT DISTINCT value AS text
FROM unnest(%(project_ids)s::integer[]) AS wanted (project_id)
CROSS JOIN LATERAL (
    SELECT value FROM tag_values
    WHERE tag_values.project_id = wanted.project_id AND key = %(key)s
      AND value >= %(low)s AND (%(high)s::text IS NULL OR value < %(high)s)
    ORDER BY value
    LIMIT %(limit)s
) AS known
ORDER BY 1
LIMIT %(limit)s;
