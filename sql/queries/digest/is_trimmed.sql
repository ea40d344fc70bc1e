-- Whether retention or erasure has taken anything.
SELECT EXISTS (SELECT FROM trimmed_weeks) OR EXISTS (SELECT FROM decisions WHERE kind = 'erase') AS found;
