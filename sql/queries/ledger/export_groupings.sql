-- The keys that groupings of a project are named after.
SELECT id, grouping_key_hash AS key FROM groupings WHERE project_id = %(project_id)s ORDER BY id;
