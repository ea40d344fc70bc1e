-- Note new groupings, in key order; the ones another worker noted first are left as they are.
INSERT INTO groupings (project_id, id, issue_id, version, grouping_key_hash)
SELECT * FROM unnest(
    %(project_ids)b::integer[], %(grouping_ids)b::uuid[], %(issue_ids)b::uuid[], %(versions)b::text[],
    %(keys)b::text[])
ON CONFLICT (project_id, id) DO NOTHING
RETURNING project_id, id;
