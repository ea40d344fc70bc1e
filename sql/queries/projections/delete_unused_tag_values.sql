-- Texts of tags that no event has any more. Nobody digests the project meanwhile.
DELETE FROM tag_values
WHERE project_id = %(project_id)s AND NOT EXISTS (
    SELECT FROM issue_tags
    WHERE issue_tags.project_id = tag_values.project_id AND issue_tags.tag = tag_values.number);
