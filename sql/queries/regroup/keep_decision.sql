-- The decision that a regrouping made.
UPDATE regroups SET decision = %(decision)s WHERE id = %(id)s;
