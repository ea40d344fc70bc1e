-- What was written about the events of an issue, newest first, beyond a place if one is given.
-- Must not leave out what was replaced, for the reason of list_feedback.
SELECT id, source, event_id, position, item, received_at, timestamp, name, email, message, url,
       issue_id, digest_order, issue_title, slug, is_replaced
FROM feedback_with_issue
WHERE project_id = %(project_id)s AND issue_id = %(issue_id)s
  AND (position, item) < (
      coalesce(%(position)s::bigint, 9223372036854775807), coalesce(%(item)s::bigint, 0))
ORDER BY position DESC, item DESC
LIMIT %(limit)s;
