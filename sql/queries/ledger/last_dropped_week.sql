-- Until when retention has taken the ledger.
SELECT max(week) + interval '7 days' AS until FROM dropped_weeks;
