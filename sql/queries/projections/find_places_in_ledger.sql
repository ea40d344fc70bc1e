-- Where the newest events of some issues lie in the ledger.
SELECT issues.id, events.position, events.item, events.received_at
FROM issues
JOIN events ON events.project_id = issues.project_id AND events.issue_id = issues.id
    AND events.position = issues.newest_position
WHERE issues.project_id = %(project_id)s AND issues.id = ANY(%(issue_ids)s::uuid[])
ORDER BY issues.id, events.item DESC;
