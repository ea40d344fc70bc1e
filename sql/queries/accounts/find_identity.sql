-- Whose identity at an OpenID provider this is.
SELECT users.id, users.email, users.is_admin, users.is_active
FROM identities
JOIN users ON users.id = identities.user_id
WHERE identities.issuer = %(issuer)s AND identities.subject = %(subject)s;
