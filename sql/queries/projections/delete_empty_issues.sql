-- Issues without events are nobody's; their numbers and what was decided about them stay.
DELETE FROM issues
WHERE project_id = %(project_id)s AND id = ANY(%(issue_ids)s::uuid[])
  AND NOT EXISTS (
      SELECT FROM events WHERE events.project_id = issues.project_id AND events.issue_id = issues.id);
