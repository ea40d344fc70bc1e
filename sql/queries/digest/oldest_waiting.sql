-- What waits longest in the inbox, and the time.
SELECT least(min(received_at), now() - interval '10 minutes') AS since FROM inbox;
