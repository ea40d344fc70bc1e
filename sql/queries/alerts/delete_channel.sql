-- Remove a channel; rules lose it, the history keeps its name.
DELETE FROM notification_channels WHERE id = %(id)s;
