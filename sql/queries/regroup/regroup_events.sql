-- Give events another grouping, and the issue it leads to now.
UPDATE events SET grouping_id = moved.grouping_id, issue_id = groupings.issue_id
FROM unnest(%(event_ids)b::uuid[], %(grouping_ids)b::uuid[]) AS moved (event_id, grouping_id)
JOIN groupings ON groupings.project_id = %(project_id)s AND groupings.id = moved.grouping_id
WHERE events.project_id = %(project_id)s AND events.event_id = moved.event_id;
