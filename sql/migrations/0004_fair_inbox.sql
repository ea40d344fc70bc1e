-- Claims take a share of each project, so the inbox is found by project first, as everything of a tenant is.
ALTER TABLE inbox DROP CONSTRAINT inbox_pkey, ADD PRIMARY KEY (project_id, position);
