-- Use an invitation up; of two who try at once, one finds it.
UPDATE invitations SET accepted_at = now()
WHERE id = %(id)s AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > now();
