-- Nothing leads to these issues any more.
DELETE FROM groupings WHERE project_id = %(project_id)s AND issue_id = ANY(%(issue_ids)s::uuid[]);
