-- Invitations that wait, newest first; those of one person, or of all.
SELECT id, email, is_admin, grants, invited_by, created_at, expires_at
FROM invitations
WHERE accepted_at IS NULL AND revoked_at IS NULL AND expires_at > now()
    AND (%(invited_by)s::integer IS NULL OR invited_by = %(invited_by)s)
ORDER BY created_at DESC, id DESC
LIMIT %(limit)s;
