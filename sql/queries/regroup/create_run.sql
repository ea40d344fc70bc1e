-- Ask for a regrouping, to be shown first.
INSERT INTO regroups (project_id, version, rules, since, until, created_by)
VALUES (%(project_id)s, %(version)s, %(rules)s, %(since)s, %(until)s, %(created_by)s)
RETURNING *;
