-- A page of a project's releases, newest first, beyond the one named last if any: what is counted of
-- their events, sessions and users. An issue is new in the release of its first event.
WITH heard AS (
    SELECT release, sum(event_count)::bigint AS events, min(first_seen) AS first_seen, max(last_seen) AS last_seen
    FROM releases
    WHERE project_id = %(project_id)s
      AND (%(environments)s::text[] IS NULL OR environment = ANY(%(environments)s::text[]))
    GROUP BY release
    HAVING sum(event_count) > 0
), started AS (
    SELECT release, sum(total) AS sessions, sum(crashed) AS crashed,
           min(received_at) AS first_seen, max(received_at) AS last_seen
    FROM session_counts
    WHERE project_id = %(project_id)s
      AND (%(environments)s::text[] IS NULL OR environment = ANY(%(environments)s::text[]))
    GROUP BY release
), known AS (
    SELECT release, coalesce(events, 0) AS events, coalesce(sessions, 0) AS sessions,
           coalesce(crashed, 0) AS crashed_sessions,
           least(heard.first_seen, started.first_seen) AS first_seen,
           greatest(heard.last_seen, started.last_seen) AS last_seen
    FROM heard FULL JOIN started USING (release)
), page AS (
    SELECT * FROM known
    WHERE %(before)s::timestamptz IS NULL
       OR (first_seen, release) < (%(before)s::timestamptz, %(release)s::text)
    ORDER BY first_seen DESC, release DESC
    LIMIT %(limit)s
), opened AS (
    SELECT first_release AS release, count(*) AS issues
    FROM issues
    WHERE project_id = %(project_id)s
    GROUP BY 1
)
SELECT page.release, page.first_seen, page.last_seen, page.events,
       coalesce(opened.issues, 0) AS new_issues, page.sessions, page.crashed_sessions,
       people.users, people.crashed_users
FROM page
LEFT JOIN opened USING (release)
CROSS JOIN LATERAL (
    SELECT count(DISTINCT user_hash) AS users,
           count(DISTINCT user_hash) FILTER (WHERE has_crashed) AS crashed_users
    FROM session_users
    WHERE project_id = %(project_id)s AND session_users.release = page.release
      AND (%(environments)s::text[] IS NULL OR environment = ANY(%(environments)s::text[]))) AS people
ORDER BY page.first_seen DESC, page.release DESC;
