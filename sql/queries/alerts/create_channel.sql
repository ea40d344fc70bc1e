-- A new channel; its secrets are stored in clear, because they have to be sent.
INSERT INTO notification_channels (name, channel_type, config, is_enabled)
VALUES (%(name)s, %(channel_type)s, %(config)s::text::jsonb, %(is_enabled)s)
RETURNING *;
