-- Take an invitation back; one's own, or anybody's.
UPDATE invitations SET revoked_at = now()
WHERE id = %(id)s AND (%(invited_by)s::integer IS NULL OR invited_by = %(invited_by)s)
    AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > now();
