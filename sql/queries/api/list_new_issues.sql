-- One page of the issues that began in a release, the newest first; they are in the order of their numbers.
SELECT issues.id, issues.project_id, issues.digest_order, issues.title, issues.value, issues.culprit,
       issues.first_seen, issues.last_seen, issues.event_count, issues.level, issues.platform,
       issues.is_resolved, issues.is_muted, projects.slug
FROM issues
JOIN projects ON projects.id = issues.project_id
CROSS JOIN LATERAL (
    SELECT release FROM events
    WHERE events.project_id = issues.project_id AND events.issue_id = issues.id
    ORDER BY position, item LIMIT 1) AS first
WHERE issues.project_id = %(project_id)s AND first.release = %(release)s
ORDER BY issues.digest_order DESC
LIMIT %(limit)s OFFSET %(offset)s;
