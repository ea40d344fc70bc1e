-- Remove one rule of one project.
DELETE FROM alert_rules
USING projects
WHERE projects.id = project_id AND projects.deleted_at IS NULL
  AND project_id = %(project_id)s AND alert_rules.id = %(id)s;
