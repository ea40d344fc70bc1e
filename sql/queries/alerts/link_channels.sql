-- A rule tells these channels.
INSERT INTO alert_rule_channels (alert_rule_id, channel_id)
SELECT %(rule_id)s, id FROM unnest(%(ids)s::integer[]) AS id
ON CONFLICT DO NOTHING;
