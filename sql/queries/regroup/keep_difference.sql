-- What a regrouping would change.
UPDATE regroups SET difference = %(difference)s::jsonb WHERE id = %(id)s;
