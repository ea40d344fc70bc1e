-- How many issues began in a release: their first event is of it.
SELECT count(*) AS total
FROM (
    SELECT DISTINCT issue_id FROM issue_tags
    WHERE project_id = %(project_id)s AND key = 'release' AND value = left(%(release)s, 200)
) AS seen
CROSS JOIN LATERAL (
    SELECT release FROM events
    WHERE events.project_id = %(project_id)s AND events.issue_id = seen.issue_id
    ORDER BY position, item LIMIT 1
) AS first
WHERE first.release = %(release)s;
