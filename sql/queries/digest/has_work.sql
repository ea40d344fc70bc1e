-- Whether anything waits; the safety poll.
SELECT EXISTS (SELECT FROM inbox) AS found;
