-- Revoke a token of its owner.
DELETE FROM auth_tokens WHERE id = %(id)s AND user_id = %(user_id)s;
