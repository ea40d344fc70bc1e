-- The keys of the tags of some projects that begin so, by name; each is found with one look into the index.
WITH RECURSIVE known AS (
    SELECT project_id, (
        SELECT key FROM tag_values
        WHERE tag_values.project_id = wanted.project_id AND key >= %(begins)s
        ORDER BY key LIMIT 1) AS key
    FROM unnest(%(project_ids)s::integer[]) AS wanted (project_id)
    UNION ALL
    SELECT project_id, (
        SELECT key FROM tag_values
        WHERE tag_values.project_id = known.project_id AND tag_values.key > known.key
        ORDER BY key LIMIT 1)
    FROM known
    WHERE starts_with(known.key, %(begins)s)
)
SELECT DISTINCT key AS text
FROM known
WHERE starts_with(key, %(begins)s)
ORDER BY 1
LIMIT %(limit)s;
