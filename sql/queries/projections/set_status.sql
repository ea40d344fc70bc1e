-- Fold decisions about the status, one an issue; one that is older than that on record, or than the
-- issue's deletion, changes nothing. What a resolution by release leaves open is not for `status_at` to say.
UPDATE issues
SET status = %(status)s,
    status_at = CASE
        WHEN %(is_regressed)s THEN '-infinity'
        WHEN decision.details ?| '{in_release,in_next_release}' THEN 'infinity'
        ELSE decision.decided_at
    END,
    status_decided_at = decision.decided_at,
    status_details = decision.details,
    is_regressed = %(is_regressed)s,
    muted_until = CASE WHEN %(status)s = 'muted' THEN (decision.details ->> 'until')::timestamptz END
FROM (
    SELECT issue_id, decided_at, details::jsonb
    FROM unnest(%(issue_ids)b::uuid[], %(decided_at)b::timestamptz[], %(details)b::text[])
        AS given (issue_id, decided_at, details)
) AS decision
WHERE issues.project_id = %(project_id)s AND issues.id = decision.issue_id
  AND issues.status_decided_at < decision.decided_at
  AND NOT EXISTS (
      SELECT FROM issue_deletions
      WHERE issue_deletions.project_id = issues.project_id AND issue_deletions.issue_id = issues.id
        AND issue_deletions.deleted_at >= decision.decided_at);
