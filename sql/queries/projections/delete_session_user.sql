-- A user out of the sets of users.
DELETE FROM session_users WHERE project_id = %(project_id)s AND user_hash = %(user_hash)s;
