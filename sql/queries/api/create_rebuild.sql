-- Ask for a rebuild; nothing comes back while another one is running.
INSERT INTO rebuilds (is_check, created_by) VALUES (%(is_check)s, %(created_by)s)
ON CONFLICT (state) WHERE state = 'running' DO NOTHING
RETURNING *;
