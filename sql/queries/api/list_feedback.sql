-- A page of a project's feedback in reverse order of arrival, beyond a place if one is given.
-- Must not leave out what was replaced: looking for the rest of a page would read a flood of reports.
SELECT id, source, event_id, position, item, received_at, timestamp, name, email, message, url,
       issue_id, digest_order, issue_title, slug, is_replaced
FROM feedback_with_issue
WHERE project_id = %(project_id)s
  AND (%(environments)s::text[] IS NULL OR EXISTS (
      SELECT FROM events
      WHERE events.project_id = feedback_with_issue.project_id
        AND events.event_id = feedback_with_issue.event_id
        AND events.environment = ANY(%(environments)s::text[])))
  AND (position, item) < (
      coalesce(%(position)s::bigint, 9223372036854775807), coalesce(%(item)s::bigint, 0))
ORDER BY position DESC, item DESC
LIMIT %(limit)s;
