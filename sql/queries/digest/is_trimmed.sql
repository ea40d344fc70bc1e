-- Whether retention has taken anything.
SELECT EXISTS (SELECT FROM trimmed_weeks) AS found;
