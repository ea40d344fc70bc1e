-- Whether somebody here logs in with this address, or is invited.
SELECT EXISTS (SELECT FROM users WHERE lower(email) = lower(%(email)s))
    OR EXISTS (SELECT FROM invitations WHERE lower(email) = lower(%(email)s)) AS found;
