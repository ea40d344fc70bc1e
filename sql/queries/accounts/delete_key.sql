-- Take a key away for good.
DELETE FROM dsn_keys WHERE project_id = %(project_id)s AND id = %(id)s;
