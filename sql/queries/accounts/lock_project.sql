-- Hold an open project until the transaction ends, so that two changes of its members or of its keys
-- see each other.
SELECT id FROM projects WHERE id = %(project_id)s AND deleted_at IS NULL FOR NO KEY UPDATE;
