-- Fold one decision about a comment: NULL for `position` and `created_at` unless it makes one, for
-- `deleted_at` unless it deletes one. One that is older than the issue's deletion changes nothing.
INSERT INTO issue_comments AS known (
    project_id, id, issue_id, position, author, created_at, text, text_at, deleted_at)
SELECT %(project_id)s, %(id)s, %(issue_id)s, %(position)s::bigint, %(author)s::text,
       %(created_at)s::timestamptz, %(text)s::text, %(text_at)s::timestamptz,
       %(deleted_at)s::timestamptz
WHERE NOT EXISTS (
    SELECT FROM issue_deletions
    WHERE project_id = %(project_id)s AND issue_id = %(issue_id)s AND deleted_at >= %(text_at)s)
ON CONFLICT (project_id, id) DO UPDATE
SET position = coalesce(known.position, excluded.position),
    author = CASE WHEN known.position IS NULL THEN excluded.author ELSE known.author END,
    created_at = coalesce(known.created_at, excluded.created_at),
    deleted_at = least(known.deleted_at, excluded.deleted_at),
    text = CASE
        WHEN coalesce(known.deleted_at, excluded.deleted_at) IS NOT NULL THEN ''
        WHEN excluded.text_at > known.text_at THEN excluded.text
        ELSE known.text
    END,
    text_at = greatest(known.text_at, excluded.text_at);
