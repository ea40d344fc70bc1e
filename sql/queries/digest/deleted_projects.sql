-- Which of these projects no longer exist; what waits for them is discarded, counted.
SELECT id FROM projects WHERE id = ANY (%(project_ids)s) AND deleted_at IS NOT NULL;
