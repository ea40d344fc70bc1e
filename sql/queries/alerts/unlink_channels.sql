-- A rule tells no other channels than these.
DELETE FROM alert_rule_channels
WHERE alert_rule_id = %(rule_id)s AND channel_id <> ALL(%(ids)s);
