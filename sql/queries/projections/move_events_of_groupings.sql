-- Move the events of groupings to the issues these lead to now.
UPDATE events SET issue_id = moved.issue_id
FROM unnest(%(grouping_ids)b::uuid[], %(left_issues)b::uuid[], %(issue_ids)b::uuid[])
    AS moved (grouping_id, left_issue, issue_id)
WHERE events.project_id = %(project_id)s AND events.issue_id = moved.left_issue
  AND events.grouping_id = moved.grouping_id;
