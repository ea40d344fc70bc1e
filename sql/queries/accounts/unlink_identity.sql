-- A login at an OpenID provider opens an account no more.
DELETE FROM identities WHERE user_id = %(user_id)s AND md5(issuer || E'\n' || subject) = %(id)s;
