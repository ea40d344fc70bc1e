-- When what is being collected is to be told next; no row if there is nothing, or a job will be there.
SELECT min(due_at) AS due_at
FROM alert_firings
WHERE told_at IS NULL
HAVING min(due_at) IS NOT NULL AND NOT EXISTS (
    SELECT FROM procrastinate_jobs
    WHERE task_name = %(task)s AND status = 'todo'
      AND (scheduled_at IS NULL OR scheduled_at <= min(due_at)));
