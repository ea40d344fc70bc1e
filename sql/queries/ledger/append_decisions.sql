-- Append one decision about each of several issues; the caller folds them in the same transaction.
INSERT INTO decisions (project_id, issue_id, kind, actor, details)
SELECT %(project_id)s, issue_id, %(kind)s, %(actor)s, details::jsonb
FROM unnest(%(issue_ids)b::uuid[], %(details)b::text[]) AS decided (issue_id, details)
RETURNING position, issue_id, decided_at;
