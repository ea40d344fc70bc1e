-- Texts of tags go with the last issue that has them. Nobody digests the project meanwhile.
DELETE FROM tag_values
WHERE project_id = %(project_id)s
  AND number IN (
      SELECT tag FROM issue_tags
      JOIN issues ON issues.project_id = issue_tags.project_id AND issues.digest_order = issue_tags.issue
      WHERE issues.project_id = %(project_id)s AND issues.id = ANY(%(issue_ids)s::uuid[]))
  AND NOT EXISTS (
      SELECT FROM issue_tags AS other
      JOIN issues ON issues.project_id = other.project_id AND issues.digest_order = other.issue
      WHERE other.project_id = tag_values.project_id AND other.tag = tag_values.number
        AND issues.id <> ALL(%(issue_ids)s::uuid[]));
