-- How many issues began in a release: their first event is of it.
SELECT count(*) AS total
FROM issues
CROSS JOIN LATERAL (
    SELECT release FROM events
    WHERE events.project_id = issues.project_id AND events.issue_id = issues.id
    ORDER BY position, item LIMIT 1) AS first
WHERE issues.project_id = %(project_id)s AND first.release = %(release)s;
