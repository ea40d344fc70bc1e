-- Envelopes and bytes by project, in a sample of so many percent of the ledger's pages.
SELECT project_id, count(*) AS envelopes, sum(octet_length(body)) AS bytes
FROM envelopes TABLESAMPLE SYSTEM (%(percent)s::real)
GROUP BY project_id;
