-- When a project first received an event of a release.
SELECT first_seen FROM release_sightings WHERE project_id = %(project_id)s AND release = %(release)s;
