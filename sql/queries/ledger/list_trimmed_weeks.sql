-- What retention took already.
SELECT project_id, week, is_dropped FROM trimmed_weeks;
