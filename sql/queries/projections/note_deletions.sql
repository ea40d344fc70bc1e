-- What was received until then stays out.
INSERT INTO issue_deletions (project_id, issue_id, deleted_at, decision)
SELECT %(project_id)s, issue_id, deleted_at, decision
FROM unnest(%(issue_ids)s::uuid[], %(deleted_at)b::timestamptz[], %(decisions)s::bigint[])
    AS deletion (issue_id, deleted_at, decision)
ON CONFLICT (project_id, issue_id) DO UPDATE
SET deleted_at = excluded.deleted_at, decision = excluded.decision
WHERE excluded.deleted_at > issue_deletions.deleted_at;
