-- The work is done; in the transaction that did it.
DELETE FROM inbox
USING unnest(%(project_ids)b::integer[], %(positions)b::bigint[]) AS done (project_id, position)
WHERE inbox.project_id = done.project_id AND inbox.position = done.position;
