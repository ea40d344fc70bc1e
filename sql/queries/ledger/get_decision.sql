-- One decision about a project or one of its issues.
SELECT position, decided_at, actor, kind, issue_id, details
FROM decisions
WHERE project_id = %(project_id)s AND position = %(position)s;
