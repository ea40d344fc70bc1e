-- The projects that something waits of, each found with one look into the index; however long the inbox is.
CREATE VIEW inbox_projects AS
WITH RECURSIVE waiting AS (
    (SELECT project_id FROM inbox ORDER BY project_id LIMIT 1)
    UNION ALL
    SELECT (SELECT inbox.project_id FROM inbox WHERE inbox.project_id > waiting.project_id
            ORDER BY inbox.project_id LIMIT 1)
    FROM waiting
    WHERE waiting.project_id IS NOT NULL
)
SELECT project_id FROM waiting WHERE project_id IS NOT NULL;
