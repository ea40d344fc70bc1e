-- One issue of one project.
SELECT issues.id, issues.project_id, issues.digest_order, issues.title, issues.value, issues.culprit,
       issues.first_seen, issues.last_seen, issues.event_count, issues.level, issues.platform,
       issues.is_resolved, issues.is_muted, projects.slug
FROM issues
JOIN projects ON projects.id = issues.project_id AND projects.deleted_at IS NULL
WHERE issues.project_id = %(project_id)s AND issues.id = %(issue_id)s;
