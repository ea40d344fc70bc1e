-- Whether somebody else could still administer a project: another of its administrators, or one of the installation.
SELECT EXISTS (
    SELECT FROM users
    WHERE is_active AND (is_admin OR (id <> %(user_id)s AND EXISTS (
        SELECT FROM project_members
        WHERE project_id = %(project_id)s AND user_id = users.id AND role = 'admin')))) AS found;
