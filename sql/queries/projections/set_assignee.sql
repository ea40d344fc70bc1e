-- Fold decisions about who takes care, one an issue; one that is older than that on record, or than the
-- issue's deletion, changes nothing.
UPDATE issues
SET assignee_id = decision.user_id, assigned_at = decision.decided_at
FROM (
    SELECT issue_id, decided_at, (details::jsonb ->> 'user_id')::integer AS user_id
    FROM unnest(%(issue_ids)b::uuid[], %(decided_at)b::timestamptz[], %(details)b::text[])
        AS given (issue_id, decided_at, details)
) AS decision
WHERE issues.project_id = %(project_id)s AND issues.id = decision.issue_id
  AND issues.assigned_at < decision.decided_at
  AND NOT EXISTS (
      SELECT FROM issue_deletions
      WHERE issue_deletions.project_id = issues.project_id AND issue_deletions.issue_id = issues.id
        AND issue_deletions.deleted_at >= decision.decided_at);
