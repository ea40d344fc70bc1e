-- The environments of issues go with them.
DELETE FROM issue_environments USING issues
WHERE issue_environments.project_id = %(project_id)s AND issues.project_id = %(project_id)s
  AND issues.id = ANY(%(issue_ids)s::uuid[]) AND issue_environments.issue = issues.digest_order;
