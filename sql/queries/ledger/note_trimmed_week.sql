-- Retention has been at a week, for some projects.
INSERT INTO trimmed_weeks (project_id, week, is_dropped, items)
SELECT project_id, %(week)s, is_dropped, items
FROM unnest(%(project_ids)b::integer[], %(dropped)b::boolean[], %(items)b::bigint[])
    AS taken (project_id, is_dropped, items)
ON CONFLICT (project_id, week) DO UPDATE
SET is_dropped = trimmed_weeks.is_dropped OR excluded.is_dropped,
    items = trimmed_weeks.items + excluded.items,
    trimmed_at = now();
