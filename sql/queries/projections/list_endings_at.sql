-- How items at certain places ended that were not applied; what waits to be digested is 'pending', whatever its
-- item, and what is parked as a whole has item -1.
SELECT item_outcomes.position, item_outcomes.item, item_outcomes.item_type, outcome, reason
FROM item_outcomes
JOIN unnest(%(positions)s::bigint[]) AS wanted (position) USING (position)
WHERE project_id = %(project_id)s
UNION ALL
SELECT parked.position, parked.item, '', 'parked', ''
FROM parked
JOIN unnest(%(positions)s::bigint[]) AS wanted (position) USING (position)
WHERE project_id = %(project_id)s
UNION ALL
SELECT inbox.position, 0, '', 'pending', ''
FROM inbox
JOIN unnest(%(positions)s::bigint[]) AS wanted (position) USING (position);
