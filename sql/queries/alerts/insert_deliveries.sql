-- One delivery for each enabled channel of a rule; the same notice never twice to one channel.
INSERT INTO alert_history (
    alert_rule_id, channel_id, issue_id, project_id, alert_type, channel_type, channel_name,
    idempotency_key, notice)
SELECT %(rule_id)s, channel.id, %(issue_id)s, %(project_id)s, %(alert_type)s, channel.channel_type,
       channel.name, concat_ws('-', %(rule_id)s::integer, %(alert_id)s::text, channel.id),
       %(notice)s::text::jsonb
FROM alert_rule_channels AS link
JOIN notification_channels AS channel ON channel.id = link.channel_id AND channel.is_enabled
WHERE link.alert_rule_id = %(rule_id)s
ORDER BY channel.id
ON CONFLICT (idempotency_key) DO NOTHING;
