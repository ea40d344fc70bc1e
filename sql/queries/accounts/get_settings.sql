-- What was set for a project; project 0 is the installation.
SELECT filters, scrubbing, quotas, retention, updated_at, updated_by
FROM project_settings WHERE project_id = %(project_id)s;
