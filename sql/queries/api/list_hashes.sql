-- The groupings that lead to an issue.
SELECT id, version, grouping_key_hash AS hash
FROM groupings
WHERE project_id = %(project_id)s AND issue_id = %(issue_id)s
ORDER BY id
LIMIT %(limit)s;
