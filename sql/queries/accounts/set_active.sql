-- Let somebody in, or keep them out.
UPDATE users SET is_active = %(is_active)s WHERE id = %(id)s;
