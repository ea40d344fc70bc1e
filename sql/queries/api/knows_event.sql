-- Whether a project has heard of an event id: of an event, a feedback, or what was sent for either.
SELECT EXISTS (SELECT FROM projects WHERE id = %(project_id)s AND deleted_at IS NULL) AND (
       EXISTS (SELECT FROM events WHERE project_id = %(project_id)s AND event_id = %(event_id)s)
    OR EXISTS (SELECT FROM attachments WHERE project_id = %(project_id)s AND event_id = %(event_id)s)
    OR EXISTS (SELECT FROM feedback WHERE project_id = %(project_id)s AND event_id = %(event_id)s)
    OR EXISTS (SELECT FROM feedback WHERE project_id = %(project_id)s AND id = %(event_id)s)
) AS found;
