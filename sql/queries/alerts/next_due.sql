-- When what is being collected is to be told next; no row if there is nothing, or a job will be there. What
-- is due already waits for a rule that somebody else holds: asking again at once would only ask again.
SELECT due_at
FROM (
    SELECT greatest(min(due_at), statement_timestamp() + interval '1 second') AS due_at
    FROM alert_firings
    WHERE told_at IS NULL
    HAVING count(*) > 0) AS next
WHERE NOT EXISTS (
    SELECT FROM procrastinate_jobs
    WHERE task_name = %(task)s AND status = 'todo'
      AND (scheduled_at IS NULL OR scheduled_at <= due_at));
