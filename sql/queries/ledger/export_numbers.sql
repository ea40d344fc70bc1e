-- The numbers of a project's issues.
SELECT issue_id, number FROM issue_numbers WHERE project_id = %(project_id)s ORDER BY number;
