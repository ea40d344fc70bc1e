-- Which of some groupings lead where already.
SELECT id, issue_id FROM groupings
WHERE project_id = %(project_id)s AND id = ANY(%(grouping_ids)s::uuid[]);
