-- How many invitations somebody made lately that nobody accepted, also those taken back.
SELECT count(*) AS total FROM invitations
WHERE invited_by = %(invited_by)s AND accepted_at IS NULL AND expires_at > now();
