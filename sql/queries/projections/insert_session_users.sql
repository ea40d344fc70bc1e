-- Add users to the sets of their hour, in key order.
INSERT INTO session_users (project_id, release, hour, environment, user_hash, has_crashed)
SELECT project_id, release, hour, environment, user_hash, has_crashed <> 0
FROM unnest(
    %(project_ids)b::integer[], %(releases)b::text[], %(hours)b::timestamptz[],
    %(environments)b::text[], %(user_hashes)b::uuid[], %(has_crashed)b::integer[]
) AS seen (project_id, release, hour, environment, user_hash, has_crashed)
ON CONFLICT DO NOTHING;
