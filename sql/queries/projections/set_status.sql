-- Fold one decision about the status; an older one than that on record changes nothing.
UPDATE issues
SET status = %(status)s, status_at = %(decided_at)s
WHERE project_id = %(project_id)s AND id = %(issue_id)s AND status_at < %(decided_at)s;
