-- The routes of a project.
INSERT INTO grouping_routes (project_id, grouping_id, issue_id)
SELECT %(project_id)s, grouping_id, issue_id
FROM unnest(%(grouping_ids)b::uuid[], %(issue_ids)b::uuid[]) AS route (grouping_id, issue_id);
