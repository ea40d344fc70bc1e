-- What was received until then stays out.
INSERT INTO issue_deletions (project_id, issue_id, deleted_at)
SELECT %(project_id)s, issue_id, deleted_at
FROM unnest(%(issue_ids)s::uuid[], %(deleted_at)b::timestamptz[]) AS deletion (issue_id, deleted_at)
ON CONFLICT (project_id, issue_id) DO UPDATE
SET deleted_at = greatest(issue_deletions.deleted_at, excluded.deleted_at);
