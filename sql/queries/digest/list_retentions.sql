-- What was decided about the age of bodies, by project; deleted projects are like the others.
SELECT projects.id, settings.retention
FROM projects
LEFT JOIN project_settings AS settings ON settings.project_id = projects.id
ORDER BY projects.id;
