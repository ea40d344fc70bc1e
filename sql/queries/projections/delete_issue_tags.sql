-- The tags of issues go with them.
DELETE FROM issue_tags USING issues
WHERE issue_tags.project_id = %(project_id)s AND issues.project_id = %(project_id)s
  AND issues.id = ANY(%(issue_ids)s::uuid[]) AND issue_tags.issue = issues.digest_order;
