-- Add what a batch heard of releases, in key order; last of all, because these rows are hot.
INSERT INTO releases (project_id, release, environment, event_count, first_seen, last_seen)
SELECT * FROM unnest(
    %(project_ids)b::integer[], %(releases)b::text[], %(environments)b::text[], %(event_counts)b::bigint[],
    %(first_seen)b::timestamptz[], %(last_seen)b::timestamptz[])
ON CONFLICT (project_id, release, environment) DO UPDATE SET
    event_count = releases.event_count + excluded.event_count,
    first_seen  = least(releases.first_seen, excluded.first_seen),
    last_seen   = greatest(releases.last_seen, excluded.last_seen);
