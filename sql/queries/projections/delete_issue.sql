-- The issue's row; its number stays allotted.
DELETE FROM issues WHERE project_id = %(project_id)s AND id = %(issue_id)s;
