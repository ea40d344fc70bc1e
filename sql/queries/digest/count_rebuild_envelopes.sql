-- How far a rebuild has come.
SELECT count(*) FILTER (WHERE is_done) AS done, count(*) AS total FROM rebuild_envelopes;
