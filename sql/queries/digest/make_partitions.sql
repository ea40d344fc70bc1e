-- Partitions of the ledger for this week and the weeks to come; the names of those made.
SELECT name FROM public.ensure_envelope_partitions(%(weeks)s) AS name;
