-- Whether any of these rows still waits.
SELECT EXISTS (SELECT FROM inbox WHERE position = ANY (%(positions)s)) AS found;
