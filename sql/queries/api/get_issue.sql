-- One issue of one project.
SELECT * FROM shown_issues WHERE project_id = %(project_id)s AND id = %(issue_id)s;
