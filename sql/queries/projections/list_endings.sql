-- How the items of an envelope ended, those that were simply applied left out; events with their issue.
SELECT item, outcome, reason, NULL::uuid AS issue_id
FROM item_outcomes
WHERE project_id = %(project_id)s AND position = %(position)s
UNION ALL
SELECT item, 'parked', error, NULL
FROM parked
WHERE project_id = %(project_id)s AND position = %(position)s
UNION ALL
SELECT item, 'applied', '', issue_id
FROM events
WHERE project_id = %(project_id)s AND event_id = %(event_id)s AND position = %(position)s;
