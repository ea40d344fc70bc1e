-- What became of a project's items in these hours: the largest groups, each with its hours.
-- Item types and reasons may be a client's words, so there is no end to them: hence the limit.
WITH grouped AS (
    SELECT category, outcome, reason, sum(quantity) AS total, array_agg(hour) AS hours,
           array_agg(quantity) AS quantities
    FROM outcomes
    WHERE project_id = %(project_id)s
      AND hour BETWEEN %(first)s::timestamptz AND %(last)s::timestamptz
    GROUP BY category, outcome, reason
)
SELECT * FROM grouped ORDER BY total DESC, category, outcome, reason LIMIT %(limit)s;
