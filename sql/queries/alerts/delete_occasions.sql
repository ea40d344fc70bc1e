-- Rules have looked at these.
DELETE FROM alert_occasions WHERE id = ANY(%(ids)s);
