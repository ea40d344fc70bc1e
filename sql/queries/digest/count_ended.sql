-- How many items ended in one of these outcomes, by project, type, outcome and reason.
SELECT project_id, item_type, outcome, reason, count(*) AS items
FROM (
    SELECT project_id, item_type, outcome, reason FROM item_outcomes
    UNION ALL
    SELECT project_id, 'any', 'parked', '' FROM parked
) AS ended
WHERE outcome = ANY (%(outcomes)s)
  AND coalesce(%(project_id)s, project_id) = project_id
  AND (%(item_types)s::text[] IS NULL OR outcome = 'parked' OR item_type = ANY (%(item_types)s))
  AND (%(reason)s::text IS NULL OR reason = %(reason)s)
GROUP BY 1, 2, 3, 4
ORDER BY 1, 2, 3, 4;
