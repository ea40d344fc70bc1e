-- Add to the outcome counters, in key order; the last write of a batch, because these rows are hot.
INSERT INTO outcomes (project_id, hour, category, outcome, reason, quantity)
SELECT * FROM unnest(
    %(project_ids)b::integer[], %(hours)b::timestamptz[], %(categories)b::text[], %(outcomes)b::text[],
    %(reasons)b::text[], %(quantities)b::bigint[]
) AS added (project_id, hour, category, outcome, reason, quantity)
ORDER BY 1, 2, 3, 4, 5
ON CONFLICT (project_id, hour, category, outcome, reason) DO UPDATE
SET quantity = outcomes.quantity + excluded.quantity;
