-- The numbers that issues had elsewhere.
INSERT INTO issue_numbers (project_id, issue_id, number)
SELECT %(project_id)s, issue_id, number
FROM unnest(%(issue_ids)b::uuid[], %(numbers)b::integer[]) AS known (issue_id, number)
ON CONFLICT DO NOTHING;
