-- What the newest events of issues say went wrong.
UPDATE issues SET value = said.value
FROM unnest(%(issue_ids)b::uuid[], %(values)b::text[]) AS said (issue_id, value)
WHERE issues.project_id = %(project_id)s AND issues.id = said.issue_id;
