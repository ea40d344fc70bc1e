-- What is decided about these projects: whether they are deleted, and their settings (NULL: default).
SELECT projects.id, projects.deleted_at IS NOT NULL AS is_deleted, settings.filters, settings.scrubbing
FROM projects
LEFT JOIN project_settings AS settings ON settings.project_id = projects.id
WHERE projects.id = ANY (%(project_ids)s);
