-- Monitors and their newest configuration, in key order; a check-in without one changes nothing.
INSERT INTO monitors (project_id, slug, config, config_position, config_item)
SELECT DISTINCT ON (project_id, slug)
       project_id, slug, nullif(config, '')::jsonb, CASE WHEN config = '' THEN -1 ELSE position END,
       item
FROM unnest(
    %(project_id)b::integer[], %(monitor_slug)b::text[], %(config)b::text[], %(position)b::bigint[],
    %(item)b::integer[]
) AS row (project_id, slug, config, position, item)
ORDER BY project_id, slug, config = '', position DESC, item DESC
ON CONFLICT (project_id, slug) DO UPDATE
SET config = excluded.config, config_position = excluded.config_position,
    config_item = excluded.config_item
WHERE excluded.config IS NOT NULL
  AND (excluded.config_position, excluded.config_item)
      > (monitors.config_position, monitors.config_item);
