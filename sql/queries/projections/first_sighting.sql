-- When a project first received an event of a release.
SELECT min(first_seen) AS first_seen
FROM releases
WHERE project_id = %(project_id)s AND release = %(release)s
HAVING count(*) > 0;
