-- The keys of tags with more values in a project than that; each is found with one look into the index.
WITH RECURSIVE known AS (
    (SELECT key FROM tag_values WHERE project_id = %(project_id)s ORDER BY key LIMIT 1)
    UNION ALL
    SELECT (SELECT tag_values.key FROM tag_values
            WHERE project_id = %(project_id)s AND tag_values.key > known.key
            ORDER BY tag_values.key LIMIT 1)
    FROM known
    WHERE known.key IS NOT NULL
)
SELECT key
FROM known
WHERE EXISTS (
    SELECT FROM tag_values
    WHERE project_id = %(project_id)s AND tag_values.key = known.key
    OFFSET %(most)s)
ORDER BY key;
