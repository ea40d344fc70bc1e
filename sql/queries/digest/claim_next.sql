-- Lock waiting inbox rows nobody holds and read their envelopes, up to a number of bytes. Each project
-- gives its oldest rows, an equal share of the batch but at least a tenth of it, so that a flood in one
-- does not hold up the others, and many others do not make its batches small. A project that somebody is
-- rearranging is left alone, so that nobody else waits for it; the others are shared from here on. Envelopes
-- are looked up one by one, whatever the planner makes of a long inbox: it would read all of them.
WITH free AS MATERIALIZED (
    SELECT project_id FROM inbox_projects WHERE pg_try_advisory_xact_lock_shared(1, project_id)
), share AS (
    SELECT greatest(%(rows)s / greatest(count(*), 1), %(rows)s / 10, 1) AS rows FROM free
), claimed AS (
    SELECT oldest.*
    FROM free
    CROSS JOIN LATERAL (
        SELECT position, received_at, bytes
        FROM inbox
        WHERE inbox.project_id = free.project_id
        ORDER BY position
        LIMIT (SELECT rows FROM share)
        FOR UPDATE SKIP LOCKED
    ) AS oldest
), fitting AS (
    SELECT position, received_at
    FROM (SELECT *, row_number() OVER place AS number, sum(bytes) OVER place - bytes AS before
          FROM claimed WINDOW place AS (ORDER BY position)) AS summed
    WHERE number <= %(rows)s AND before < %(bytes)s
)
SELECT position, received_at, project_id, event_id, form, encoding, items, body, remote_addr
FROM fitting
CROSS JOIN LATERAL (
    SELECT project_id, event_id, form, encoding, items, body, remote_addr
    FROM envelopes
    WHERE envelopes.received_at = fitting.received_at AND envelopes.position = fitting.position
    LIMIT 1
) AS envelope
ORDER BY position;
