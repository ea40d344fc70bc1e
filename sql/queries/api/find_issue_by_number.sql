-- The issue somebody calls by its project's slug and its number, in a project they may see.
SELECT shown_issues.*
FROM projects
JOIN shown_issues ON shown_issues.project_id = projects.id
    AND shown_issues.digest_order = %(number)s
WHERE projects.slug = %(slug)s AND projects.deleted_at IS NULL
  AND (%(is_admin)s OR EXISTS (
      SELECT FROM project_members
      WHERE project_members.project_id = projects.id AND user_id = %(user_id)s));
