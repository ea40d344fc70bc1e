-- Whether more envelopes wait than that. Two probes nearly always tell: positions are no fewer than rows.
SELECT CASE
    WHEN (SELECT max(position) - min(position) FROM inbox) < %(most)s::bigint THEN false
    ELSE (SELECT count(*) > %(most)s::bigint
          FROM (SELECT FROM inbox LIMIT %(most)s::bigint + 1) AS waiting)
END AS is_exceeded;
