-- Note releases that are new, or were there earlier than we knew, in key order. Must not touch a row
-- that tells nothing new: every batch asks, and a lock on a release would make workers wait.
INSERT INTO release_sightings (project_id, release, first_seen)
SELECT sighted.project_id, sighted.release, min(sighted.received_at)
FROM unnest(%(project_ids)b::integer[], %(releases)b::text[], %(received_at)b::timestamptz[])
    AS sighted (project_id, release, received_at)
LEFT JOIN release_sightings AS known
    ON known.project_id = sighted.project_id AND known.release = sighted.release
WHERE known.first_seen IS NULL OR sighted.received_at < known.first_seen
GROUP BY 1, 2
ORDER BY 1, 2
ON CONFLICT (project_id, release) DO UPDATE
SET first_seen = least(release_sightings.first_seen, excluded.first_seen);
