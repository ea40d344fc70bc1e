-- How far a rebuild has come.
SELECT coalesce(sum(envelopes) FILTER (WHERE is_done), 0) AS done, coalesce(sum(envelopes), 0) AS total
FROM rebuild_parts;
