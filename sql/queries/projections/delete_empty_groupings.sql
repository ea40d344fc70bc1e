-- Groupings that led to some issues and have no events left.
DELETE FROM groupings
WHERE project_id = %(project_id)s AND issue_id = ANY(%(issue_ids)s::uuid[])
  AND NOT EXISTS (
      SELECT FROM events
      WHERE events.project_id = groupings.project_id AND events.issue_id = groupings.issue_id
        AND events.grouping_id = groupings.id);
