-- Set everything of a project; when it was changed and by whom comes back.
INSERT INTO project_settings (project_id, filters, scrubbing, quotas, retention, updated_by)
VALUES (%(project_id)s, %(filters)s::jsonb, %(scrubbing)s::jsonb, %(quotas)s::jsonb,
        %(retention)s::jsonb, %(updated_by)s)
ON CONFLICT (project_id) DO UPDATE
SET filters = excluded.filters, scrubbing = excluded.scrubbing, quotas = excluded.quotas,
    retention = excluded.retention, updated_at = now(), updated_by = excluded.updated_by
RETURNING updated_at, updated_by;
