-- Who has an e-mail address here.
SELECT id FROM users WHERE lower(email) = lower(%(email)s);
