-- Where a user is named by an id that is too short to be searched for as text.
SELECT 'projection_1.events' AS name, count(*) AS rows
FROM events WHERE project_id = %(project_id)s AND user_ident = 'id:' || %(value)s
UNION ALL
SELECT 'projection_1.tag_values', count(*)
FROM tag_values WHERE project_id = %(project_id)s AND key = 'user' AND value = 'id:' || %(value)s
UNION ALL
SELECT 'projection_1.session_users', count(*)
FROM session_users WHERE project_id = %(project_id)s AND user_hash = %(user_hash)s;
