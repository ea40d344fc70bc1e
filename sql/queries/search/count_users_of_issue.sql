-- The users of an issue in some environments or (null) any: one seen in two is one user.
SELECT CASE
    WHEN %(environments)s::text[] IS NULL THEN (
        SELECT user_count FROM issues WHERE project_id = %(project_id)s AND id = %(issue_id)s)
    ELSE (
        SELECT count(DISTINCT value) FROM issue_tags
        WHERE project_id = %(project_id)s AND issue_id = %(issue_id)s AND key = 'user'
          AND environment = ANY(%(environments)s::text[]))
END AS users;
