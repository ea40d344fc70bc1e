-- Nothing leads to this issue any more.
DELETE FROM groupings WHERE project_id = %(project_id)s AND issue_id = %(issue_id)s;
