-- The users of an issue in some environments, by their numbers, or (null) any: one seen in two is one user.
SELECT CASE
    WHEN %(numbers)s::integer[] IS NULL THEN user_count
    ELSE (
        SELECT count(DISTINCT tag)
        FROM issue_tags
        JOIN tag_values ON tag_values.project_id = issue_tags.project_id AND tag_values.number = tag
        WHERE issue_tags.project_id = issues.project_id AND issue = digest_order AND key = 'user'
          AND environment_number = ANY(%(numbers)s::integer[]))
END AS users
FROM issues
WHERE project_id = %(project_id)s AND id = %(issue_id)s;
