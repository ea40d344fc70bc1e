-- Of weeks that retention was at, what became of their items is known in the live tables only.
INSERT INTO outcomes
SELECT live.* FROM projection_1.outcomes AS live
WHERE live.outcome <> 'rate_limited' AND EXISTS (
    SELECT FROM trimmed_weeks
    WHERE trimmed_weeks.project_id = live.project_id
      AND live.hour >= week AND live.hour < week + interval '7 days');
