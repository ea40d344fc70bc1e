-- What was written about one event, newest first; the id of a feedback event finds itself.
-- Must not leave out what was replaced, for the reason of list_feedback.
SELECT id, source, event_id, received_at, timestamp, name, email, message, url, issue_id, digest_order,
       issue_title, slug, is_replaced
FROM feedback_with_issue
WHERE project_id = %(project_id)s AND (event_id = %(event_id)s OR id = %(event_id)s)
ORDER BY position DESC, item DESC
LIMIT %(limit)s;
