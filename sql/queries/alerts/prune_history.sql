-- Forget what was told long ago; what still waits stays.
DELETE FROM alert_history
WHERE id IN (
    SELECT id FROM alert_history
    WHERE created_at < now() - %(age)s::interval AND status <> 'pending'
    ORDER BY created_at
    LIMIT %(limit)s);
