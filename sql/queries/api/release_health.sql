-- Sessions and users of a release by the hour, and in the row without an hour those of all hours:
-- a user of two hours is one user there. Null means any environment.
SELECT hour, coalesce(sum(total), 0) AS sessions, coalesce(sum(errored), 0) AS errored,
       coalesce(sum(crashed), 0) AS crashed, coalesce(sum(abnormal), 0) AS abnormal,
       count(DISTINCT user_hash) AS users,
       count(DISTINCT user_hash) FILTER (WHERE has_crashed) AS crashed_users
FROM (
    SELECT hour, total, errored, crashed, abnormal, NULL::uuid AS user_hash, NULL::boolean AS has_crashed
    FROM session_counts
    WHERE project_id = %(project_id)s AND release = %(release)s
      AND hour BETWEEN %(first)s::timestamptz AND %(last)s::timestamptz
      AND (%(environments)s::text[] IS NULL OR environment = ANY(%(environments)s::text[]))
    UNION ALL
    SELECT hour, 0, 0, 0, 0, user_hash, has_crashed
    FROM session_users
    WHERE project_id = %(project_id)s AND release = %(release)s
      AND hour BETWEEN %(first)s::timestamptz AND %(last)s::timestamptz
      AND (%(environments)s::text[] IS NULL OR environment = ANY(%(environments)s::text[]))
) AS told
GROUP BY GROUPING SETS ((hour), ());
