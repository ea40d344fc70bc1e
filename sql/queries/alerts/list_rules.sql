-- The rules of a project, or one of them, with the channels they tell.
SELECT alert_rules.*, ARRAY(
    SELECT channel_id FROM alert_rule_channels
    WHERE alert_rule_id = alert_rules.id ORDER BY channel_id) AS channel_ids
FROM alert_rules
JOIN projects ON projects.id = alert_rules.project_id AND projects.deleted_at IS NULL
WHERE project_id = %(project_id)s AND (%(id)s::integer IS NULL OR alert_rules.id = %(id)s)
ORDER BY alert_rules.created_at DESC, alert_rules.id DESC;
