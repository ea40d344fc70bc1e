-- A membership from an invitation, which takes nothing away from one that is there.
INSERT INTO project_members (project_id, user_id, role)
VALUES (%(project_id)s, %(user_id)s, %(role)s)
ON CONFLICT (project_id, user_id) DO UPDATE SET role = excluded.role
WHERE array_position('{viewer,editor,admin}', project_members.role)
    < array_position('{viewer,editor,admin}', excluded.role);
