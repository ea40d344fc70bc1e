-- Which of these channels there are; they stay until the transaction ends.
SELECT id FROM notification_channels WHERE id = ANY(%(ids)s) ORDER BY id FOR KEY SHARE;
