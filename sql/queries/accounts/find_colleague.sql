-- The active user with an id or an address who may see a project.
SELECT users.id, users.email
FROM users
WHERE users.is_active
  AND (users.id = %(user_id)s::integer OR lower(users.email) = lower(%(email)s::text))
  AND (users.is_admin OR EXISTS (
      SELECT FROM project_members
      WHERE project_members.project_id = %(project_id)s AND project_members.user_id = users.id));
