-- Whether a project ever heard of a release, from events or from sessions.
SELECT EXISTS (SELECT FROM session_counts WHERE project_id = %(project_id)s AND release = %(release)s)
    OR EXISTS (SELECT FROM releases
               WHERE project_id = %(project_id)s AND release = %(release)s AND event_count > 0) AS found;
