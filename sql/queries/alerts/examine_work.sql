-- What waits for a job: things to decide or tell, and deliveries that are due.
SELECT EXISTS (SELECT FROM alert_occasions)
       OR EXISTS (SELECT FROM alert_firings WHERE told_at IS NULL AND due_at <= now()) AS to_decide,
       EXISTS (
           SELECT FROM alert_history
           WHERE status = 'pending' AND (next_retry_at IS NULL OR next_retry_at <= now())
             AND (claimed_until IS NULL OR claimed_until <= now())) AS to_send;
