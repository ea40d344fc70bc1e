-- Issues as if nothing had been decided about them, before what was is folded anew.
UPDATE issues SET
    status = 'unresolved', status_at = '-infinity', status_decided_at = '-infinity', status_details = '{}',
    is_regressed = false, muted_until = NULL, priority = 'medium', priority_at = '-infinity',
    assignee_id = NULL, assigned_at = '-infinity'
WHERE project_id = %(project_id)s AND id = ANY(%(issue_ids)s::uuid[]);
