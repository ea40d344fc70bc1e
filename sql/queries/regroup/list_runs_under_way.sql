-- What a worker has to do, or to go on with.
SELECT regroups.* FROM regroups
JOIN projects ON projects.id = project_id AND projects.deleted_at IS NULL
WHERE state IN ('previewing', 'applying', 'undoing')
ORDER BY id;
