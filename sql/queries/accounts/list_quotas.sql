-- What was set as quotas: of the installation (project 0), and of all projects or those of a member.
SELECT project_settings.project_id, project_settings.quotas
FROM project_settings
LEFT JOIN projects ON projects.id = project_settings.project_id AND projects.deleted_at IS NULL
WHERE project_settings.quotas <> '[]' AND (
    project_settings.project_id = 0
    OR projects.id IS NOT NULL AND (%(member)s::integer IS NULL OR EXISTS (
        SELECT FROM project_members WHERE project_id = projects.id AND user_id = %(member)s)))
ORDER BY project_settings.project_id;
