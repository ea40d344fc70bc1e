-- Where a delivery goes, with all that could keep it from going there.
SELECT channel.config, channel.is_enabled AS channel_is_enabled, channel.id IS NOT NULL AS has_channel,
       rule.is_enabled AS rule_is_enabled, rule.id IS NOT NULL AS has_rule,
       projects.deleted_at IS NOT NULL AS project_is_deleted
FROM alert_history AS delivery
JOIN projects ON projects.id = delivery.project_id
LEFT JOIN notification_channels AS channel ON channel.id = delivery.channel_id
LEFT JOIN alert_rules AS rule ON rule.id = delivery.alert_rule_id
WHERE delivery.id = %(id)s;
