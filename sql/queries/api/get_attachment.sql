-- One attachment of one project, with its place in the ledger.
SELECT id, position, item, received_at, filename, content_type
FROM attachments
WHERE project_id = %(project_id)s AND id = %(attachment_id)s
  AND EXISTS (SELECT FROM projects WHERE id = %(project_id)s AND deleted_at IS NULL);
