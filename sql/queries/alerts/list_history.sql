-- What became of a project's alerts, newest first.
SELECT id, alert_rule_id, channel_id, issue_id, project_id, alert_type, channel_type, channel_name,
       status, attempt_count, next_retry_at, error_message, http_status_code, idempotency_key,
       created_at, sent_at
FROM alert_history
WHERE project_id = %(project_id)s
ORDER BY id DESC
LIMIT %(limit)s;
