-- Whether a project ever heard of a release; sessions are asked first, because they have an index.
SELECT CASE
    WHEN EXISTS (SELECT FROM session_counts
                 WHERE project_id = %(project_id)s AND release = %(release)s) THEN true
    ELSE EXISTS (SELECT FROM events WHERE project_id = %(project_id)s AND release = %(release)s)
END AS found;
