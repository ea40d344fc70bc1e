-- What clients reported in these hours to have dropped: the largest groups, each with its hours.
WITH hourly AS (
    SELECT category, outcome, reason, date_trunc('hour', timestamp, 'UTC') AS hour,
           sum(quantity) AS quantity
    FROM client_reports
    WHERE project_id = %(project_id)s
      AND timestamp >= %(first)s::timestamptz
      AND timestamp < %(last)s::timestamptz + interval '1 hour'
    GROUP BY 1, 2, 3, 4
)
SELECT category, outcome, reason, sum(quantity) AS total, array_agg(hour) AS hours,
       array_agg(quantity) AS quantities
FROM hourly
GROUP BY category, outcome, reason
ORDER BY total DESC, category, outcome, reason
LIMIT %(limit)s;
