-- Note the texts of tags that are new somewhere, in key order; most are known from another issue.
INSERT INTO tag_values (project_id, number, key, value)
SELECT * FROM unnest(%(project_ids)b::integer[], %(numbers)b::bigint[], %(keys)b::text[], %(values)b::text[])
ON CONFLICT (project_id, number) DO NOTHING;
