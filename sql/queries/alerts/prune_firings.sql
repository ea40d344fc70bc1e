-- Forget firings that no cooldown can look back at.
DELETE FROM alert_firings
WHERE id IN (
    SELECT id FROM alert_firings WHERE told_at < now() - %(age)s::interval ORDER BY told_at LIMIT %(limit)s);
