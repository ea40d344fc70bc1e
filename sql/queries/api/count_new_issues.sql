-- How many issues began in a release: their first event is of it.
SELECT count(*) AS total
FROM (
    SELECT DISTINCT issues.id AS issue_id
    FROM issue_tags
    JOIN issues ON issues.project_id = issue_tags.project_id AND issues.digest_order = issue_tags.issue
    WHERE issue_tags.project_id = %(project_id)s AND tag = tag_number('release', left(%(release)s, 200))
) AS seen
CROSS JOIN LATERAL (
    SELECT release FROM events
    WHERE events.project_id = %(project_id)s AND events.issue_id = seen.issue_id
      AND (%(environments)s::text[] IS NULL OR environment = ANY(%(environments)s::text[]))
    ORDER BY position, item LIMIT 1
) AS first
WHERE first.release = %(release)s;
