-- Since when the ledger has everything of a project; null if nothing was ever taken.
SELECT max(week) + interval '7 days' AS since FROM trimmed_weeks WHERE project_id = %(project_id)s;
