-- Of these issues, the ones to be resolved because what they speak of was over at the given time:
-- open, not muted, and nobody decided otherwise since. In key order.
SELECT issues.project_id, issues.id
FROM unnest(%(project_ids)b::integer[], %(issue_ids)b::uuid[], %(recovered_at)b::timestamptz[])
    AS wanted (project_id, id, recovered_at)
JOIN issues USING (project_id, id)
WHERE NOT issues.is_resolved AND NOT issues.is_muted AND issues.status_at < wanted.recovered_at
ORDER BY issues.project_id, issues.id;
