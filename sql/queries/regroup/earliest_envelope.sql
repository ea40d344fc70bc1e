-- How far back the bodies of a project's events reach.
SELECT min(received_at) AS earliest FROM envelopes WHERE project_id = %(project_id)s;
