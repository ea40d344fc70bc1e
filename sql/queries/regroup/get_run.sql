-- One regrouping of a project.
SELECT * FROM regroups WHERE project_id = %(project_id)s AND id = %(id)s;
