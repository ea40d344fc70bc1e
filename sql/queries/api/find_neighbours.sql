-- The events of the same issue right before and right after one, in the order of the ledger.
SELECT (SELECT event_id FROM events
        WHERE project_id = %(project_id)s AND issue_id = %(issue_id)s AND position < %(position)s
        ORDER BY position DESC LIMIT 1) AS older,
       (SELECT event_id FROM events
        WHERE project_id = %(project_id)s AND issue_id = %(issue_id)s AND position > %(position)s
        ORDER BY position LIMIT 1) AS newer;
