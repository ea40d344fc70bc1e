-- Lock the next items that ended in one of these outcomes; NULL for project, types and reason means any. What is
-- parked is one of them, a whole envelope with item -1. Rows another replay holds are left out.
WITH noted AS (
    SELECT project_id, position, item, received_at, item_type, outcome, reason
    FROM item_outcomes
    WHERE outcome = ANY (%(outcomes)s)
      AND coalesce(%(project_id)s, project_id) = project_id
      AND (%(item_types)s::text[] IS NULL OR item_type = ANY (%(item_types)s))
      AND (%(reason)s::text IS NULL OR reason = %(reason)s)
      AND (project_id, position, item) > (%(after_project)s, %(after_position)s, %(after_item)s)
    ORDER BY project_id, position, item
    LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
), aside AS (
    SELECT project_id, position, item, received_at, ''::text AS item_type, 'parked'::text AS outcome,
           ''::text AS reason
    FROM parked
    WHERE 'parked' = ANY (%(outcomes)s)
      AND coalesce(%(project_id)s, project_id) = project_id
      AND (project_id, position, item) > (%(after_project)s, %(after_position)s, %(after_item)s)
    ORDER BY project_id, position, item
    LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
)
SELECT * FROM noted UNION ALL SELECT * FROM aside
ORDER BY project_id, position, item
LIMIT %(limit)s;
