-- One event of one project, with its place in the ledger; of a certain issue if one is given.
SELECT event_id, issue_id, grouping_id, position, item, received_at, title, culprit, timestamp, level, platform,
       release, environment, server_name, sdk_name, sdk_version, user_ident, tags
FROM events
WHERE project_id = %(project_id)s AND event_id = %(event_id)s
  AND (%(issue_id)s::uuid IS NULL OR issue_id = %(issue_id)s)
  AND EXISTS (SELECT FROM projects WHERE id = %(project_id)s AND deleted_at IS NULL);
