-- The logins at an OpenID provider that open somebody's account. Their ids tell nothing of the provider's.
SELECT md5(issuer || E'\n' || subject) AS id, issuer, subject, created_at, last_login
FROM identities WHERE user_id = %(user_id)s
ORDER BY created_at;
