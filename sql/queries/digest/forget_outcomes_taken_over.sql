-- What a rebuild counted of weeks that retention was at is a part of it only.
DELETE FROM outcomes
WHERE EXISTS (
    SELECT FROM trimmed_weeks
    WHERE trimmed_weeks.project_id = outcomes.project_id
      AND outcomes.hour >= week AND outcomes.hour < week + interval '7 days');
