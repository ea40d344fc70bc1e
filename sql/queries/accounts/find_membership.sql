-- The role of one person in one project.
SELECT role FROM project_members WHERE project_id = %(project_id)s AND user_id = %(user_id)s;
