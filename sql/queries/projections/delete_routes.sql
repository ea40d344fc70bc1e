-- All routes of a project, before they are written anew.
DELETE FROM grouping_routes WHERE project_id = %(project_id)s;
