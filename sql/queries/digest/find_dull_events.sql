-- Events of a week that tell nothing new: of their issue, release and environment neither among the first
-- nor among the last of that week, without an attachment, and nobody wrote about them.
SELECT position
FROM (
    SELECT position, event_id, row_number() OVER (kind ORDER BY position, item) AS from_start,
           row_number() OVER (kind ORDER BY position DESC, item DESC) AS from_end
    FROM events
    WHERE project_id = %(project_id)s AND received_at >= %(since)s AND received_at < %(until)s
    WINDOW kind AS (PARTITION BY issue_id, release, environment)
) AS ranked
WHERE from_start > %(kept)s AND from_end > %(kept)s
  AND NOT EXISTS (
      SELECT FROM attachments
      WHERE attachments.project_id = %(project_id)s AND attachments.event_id = ranked.event_id)
  AND NOT EXISTS (
      SELECT FROM feedback
      WHERE feedback.project_id = %(project_id)s AND feedback.event_id = ranked.event_id)
ORDER BY position;
