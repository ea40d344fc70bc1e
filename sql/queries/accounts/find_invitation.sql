-- An invitation that can be accepted, with what its maker could still give: somebody who was removed or demoted
-- meanwhile gives nothing. And whether the address has an account.
SELECT invitations.id, invitations.email, invitations.is_admin, invitations.expires_at,
       EXISTS (SELECT FROM users WHERE lower(email) = lower(invitations.email)) AS has_account,
       (SELECT coalesce(jsonb_agg(wanted), '[]') FROM jsonb_array_elements(invitations.grants) AS wanted
        WHERE EXISTS (
            SELECT FROM projects WHERE id = (wanted ->> 'project_id')::integer AND deleted_at IS NULL)
            AND (maker.is_admin OR EXISTS (
                SELECT FROM project_members
                WHERE project_id = (wanted ->> 'project_id')::integer AND user_id = maker.id
                    AND role = 'admin'))) AS grants
FROM invitations
JOIN users AS maker ON maker.id = invitations.invited_by AND maker.is_active
WHERE invitations.token_hash = %(token_hash)s
    AND invitations.accepted_at IS NULL AND invitations.revoked_at IS NULL AND invitations.expires_at > now()
    AND (maker.is_admin OR (NOT invitations.is_admin AND invitations.grants <> '[]'));
