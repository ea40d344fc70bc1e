-- Remember the last login by an identity.
UPDATE identities SET last_login = now() WHERE issuer = %(issuer)s AND subject = %(subject)s;
