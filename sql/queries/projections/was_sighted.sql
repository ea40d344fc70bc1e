-- Whether a project had heard of a release by a moment, from events or from sessions.
SELECT EXISTS (SELECT FROM releases
               WHERE project_id = %(project_id)s AND release = %(release)s AND first_seen <= %(moment)s)
    OR EXISTS (SELECT FROM session_counts
               WHERE project_id = %(project_id)s AND release = %(release)s AND hour <= %(moment)s
                 AND received_at <= %(moment)s) AS found;
