-- Whoever changes a channel reads it first, and nobody changes it in between.
SELECT id FROM notification_channels WHERE id = %(id)s FOR UPDATE;
