-- Let one change of a project's settings wait for another, also when there is no row yet.
SELECT pg_advisory_xact_lock(hashtext('project_settings'), %(project_id)s::integer);
