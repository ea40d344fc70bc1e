-- Whether an issue was deleted and has no events since.
SELECT EXISTS (
    SELECT FROM issue_deletions WHERE project_id = %(project_id)s AND issue_id = %(issue_id)s) AS found;
