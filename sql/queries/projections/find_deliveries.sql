-- Every envelope of an event id, whatever became of it: applied, ended otherwise, parked or waiting. NULL
-- for the project means any. Looks from the tables that are keyed by event, or small; the ledger has no
-- index on event ids, because intake would pay for it.
WITH found AS (
    SELECT events.project_id, events.received_at, events.position
    FROM projects
    JOIN events ON events.project_id = projects.id AND events.event_id = %(event_id)s
    UNION
    SELECT item_outcomes.project_id, item_outcomes.received_at, item_outcomes.position
    FROM projects
    JOIN item_outcomes ON item_outcomes.project_id = projects.id
        AND item_outcomes.event_id = %(event_id)s
    UNION
    SELECT parked.project_id, parked.received_at, parked.position
    FROM parked
    JOIN envelopes USING (received_at, position)
    WHERE envelopes.event_id = %(event_id)s
    UNION
    SELECT inbox.project_id, inbox.received_at, inbox.position
    FROM inbox
    JOIN envelopes USING (received_at, position)
    WHERE envelopes.event_id = %(event_id)s
)
SELECT envelopes.position, envelopes.received_at, envelopes.project_id, envelopes.event_id,
       envelopes.client, envelopes.remote_addr, octet_length(envelopes.body) AS bytes,
       envelopes.encoding, inbox.position IS NOT NULL AS is_pending
FROM found
JOIN envelopes USING (received_at, position)
LEFT JOIN inbox ON inbox.project_id = found.project_id AND inbox.position = found.position
WHERE coalesce(%(project_id)s, found.project_id) = found.project_id
ORDER BY envelopes.received_at, envelopes.position
LIMIT %(limit)s;
