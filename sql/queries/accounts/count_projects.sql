-- How many projects there are.
SELECT count(*) AS total FROM projects WHERE deleted_at IS NULL;
