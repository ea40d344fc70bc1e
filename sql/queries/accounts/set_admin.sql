-- Make somebody an administrator of the installation, or a member.
UPDATE users SET is_admin = %(is_admin)s WHERE id = %(id)s;
