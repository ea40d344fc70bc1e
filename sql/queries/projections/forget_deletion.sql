-- An issue counts as never deleted.
DELETE FROM issue_deletions WHERE project_id = %(project_id)s AND issue_id = %(issue_id)s;
