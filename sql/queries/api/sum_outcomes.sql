-- What became of all items, over all projects and hours.
SELECT category, outcome, sum(quantity)::bigint AS quantity
FROM outcomes
GROUP BY category, outcome
ORDER BY category, outcome;
