-- The attachments of one event in order of arrival, whichever envelopes brought them.
SELECT id, event_id, filename, content_type, attachment_type, size, received_at
FROM attachments
WHERE project_id = %(project_id)s AND event_id = %(event_id)s
ORDER BY position, item
LIMIT %(limit)s;
