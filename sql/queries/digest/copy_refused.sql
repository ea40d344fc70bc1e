-- What was refused at the door was counted there and is not in the ledger.
INSERT INTO outcomes
SELECT * FROM projection_1.outcomes AS live WHERE live.outcome = 'rate_limited';
