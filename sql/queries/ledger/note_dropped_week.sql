-- A week of the ledger is gone.
INSERT INTO dropped_weeks (week, bytes) VALUES (%(week)s, %(bytes)s)
ON CONFLICT (week) DO UPDATE SET bytes = dropped_weeks.bytes + excluded.bytes, dropped_at = now();
