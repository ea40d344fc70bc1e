-- Whether there is any user.
SELECT EXISTS (SELECT FROM users) AS found;
