-- Give events another grouping and issue.
UPDATE events SET grouping_id = moved.grouping_id, issue_id = moved.issue_id
FROM unnest(%(event_ids)b::uuid[], %(grouping_ids)b::uuid[], %(issue_ids)b::uuid[])
    AS moved (event_id, grouping_id, issue_id)
WHERE events.project_id = %(project_id)s AND events.event_id = moved.event_id;
